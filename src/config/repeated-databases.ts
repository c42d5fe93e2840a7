import { type ConnectionParams, placeOf } from '../pg/connection-params.js';
import { comparableName } from './connection-name.js';
import { defaultPort, readPort } from './connection-options.js';
import type { RawConfig } from './load-file.js';
import type { OptionName } from './options.js';
import { parseHost } from './parse-host.js';
import { placesIn } from './places.js';

const LOOPBACK = new Set(['127.0.0.1', '::1']);

/**
 * Finds databases that the configuration names twice. Ignores case, as the original did, and takes all names
 * of the loopback address as one. Works on the raw configuration, so that other mistakes do not hide these.
 */
export function repeatedDatabases(raw: RawConfig, names: readonly OptionName[]): string[] {
  const firstAt = new Map<string, string>();
  return placesIn(raw, names).flatMap(({ path, connection }) => {
    const location = locationOf(connection);
    if (location === undefined) return [];
    const first = firstAt.get(location);
    if (first === undefined) firstAt.set(location, path);
    return first === undefined ? [] : [`${path}: is the same database as ${first} (${location})`];
  });
}

/**
 * Finds connections that would be called the same: records, messages and `--destination` could not tell them
 * apart. A connection without a name is called by its place.
 */
export function repeatedNames(raw: RawConfig, names: readonly OptionName[]): string[] {
  const places = placesIn(raw, names);
  const firstAt = new Map<string, string>();
  return places.flatMap(({ path, connection }) => {
    const name = givenName(connection);
    if (name === undefined) return [];
    const first = firstAt.get(name);
    if (first === undefined) firstAt.set(name, path);
    if (first !== undefined) return [`${path}.name: ${first} has the same name (${JSON.stringify(name)})`];
    const other = places.find((each) => each.path !== path && isPlaceOf(each.connection, name));
    if (other === undefined) return [];
    return [`${path}.name: ${JSON.stringify(name)} is where ${other.path} is; choose another name`];
  });
}

function givenName({ name }: RawConfig): string | undefined {
  return typeof name === 'string' && name !== '' ? comparableName(name) : undefined;
}

/** Whether `name` is what a connection without a name is called. */
function isPlaceOf(connection: RawConfig, name: string): boolean {
  const params = paramsOf(connection);
  return params !== undefined && placeOf(params).toLowerCase() === name.toLowerCase();
}

function locationOf(connection: RawConfig): string | undefined {
  const params = paramsOf(connection);
  if (params === undefined) return undefined;
  const { host, port, databaseName } = params;
  return `${LOOPBACK.has(host) ? 'localhost' : host}:${port}/${databaseName}`;
}

/** Where a connection leads, in lower case. Undefined if that is not known. */
function paramsOf(connection: RawConfig): ConnectionParams | undefined {
  const { host, databaseName } = connection;
  const port = readPort(connection['port']);
  const parsed = typeof host === 'string' ? parseHost(host.toLowerCase()) : undefined;
  if (parsed === undefined || typeof databaseName !== 'string') return undefined;
  return {
    host: parsed.host,
    port: parsed.port ?? (typeof port === 'number' ? port : defaultPort()),
    databaseName: databaseName.toLowerCase(),
  };
}
