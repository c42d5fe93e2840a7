// @ts-nocheck
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

/** Finds names that two connections have: records and messages could not tell them apart. */
export function repeatedNames(raw: RawConfig, names: readonly OptionName[]): string[] {
  const firstAt = new Map<unknown, string>();
  return placesIn(raw, names).flatMap(({ path, connection: { name } }) => {
    if (typeof name !== 'string' || name === '') return [];
    const first = firstAt.get(name);
    if (first === undefined) firstAt.set(name, path);
    return first === undefined ? [] : [`${path}.name: ${first} has the same name (${JSON.stringify(name)})`];
  });
}

function locationOf(connection: RawConfig): string | undefined {
  const { host, databaseName } = connection;
  const port = readPort(connection['port']);
  const parsed = typeof host === 'string' ? parseHost(host.toLowerCase()) : undefined;
  if (parsed === undefined || typeof databaseName !== 'string') return undefined;
  const server = LOOPBACK.has(parsed.host) ? 'localhost' : parsed.host;
  return `${server}:${parsed.port ?? (typeof port === 'number' ? port : defaultPort())}/${databaseName.toLowerCase()}`;
}
