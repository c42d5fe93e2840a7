import { defaultPort } from './connection-options.js';
import { isRecord, type RawConfig } from './load-file.js';
import type { OptionName } from './options.js';
import { parseHost } from './parse-host.js';

const LOOPBACK = new Set(['127.0.0.1', '::1']);

interface Place {
  readonly path: string;
  readonly connection: unknown;
}

/**
 * Databases that the configuration names twice, as far as names tell: without regard to case, as the original did, and with
 * all names of the loopback address as one. It works on the raw configuration, so that other mistakes do not hide these.
 */
export function repeatedDatabases(raw: RawConfig, names: readonly OptionName[]): string[] {
  const firstAt = new Map<string, string>();
  return names
    .flatMap((name) => placesIn(name, raw[name]))
    .flatMap(({ path, connection }) => {
      const location = locationOf(connection);
      if (location === undefined) return [];
      const first = firstAt.get(location);
      if (first === undefined) firstAt.set(location, path);
      return first === undefined ? [] : [`${path}: is the same database as ${first} (${location})`];
    });
}

/** Names that are given to two connections: records and messages could not tell them apart. */
export function repeatedNames(raw: RawConfig, names: readonly OptionName[]): string[] {
  const firstAt = new Map<unknown, string>();
  return names
    .flatMap((name) => placesIn(name, raw[name]))
    .flatMap(({ path, connection }) => {
      const name = isRecord(connection) ? connection['name'] : undefined;
      if (typeof name !== 'string' || name === '') return [];
      const first = firstAt.get(name);
      if (first === undefined) firstAt.set(name, path);
      return first === undefined
        ? []
        : [`${path}.name: is the name of ${first} too (${JSON.stringify(name)})`];
    });
}

function placesIn(name: string, value: unknown): Place[] {
  if (!Array.isArray(value)) return [{ path: name, connection: value }];
  return value.map((connection, index) => ({ path: `${name}[${index}]`, connection }));
}

function locationOf(connection: unknown): string | undefined {
  if (!isRecord(connection)) return undefined;
  const { host, databaseName, port } = connection;
  const parsed = typeof host === 'string' ? parseHost(host.toLowerCase()) : undefined;
  if (parsed === undefined || typeof databaseName !== 'string') return undefined;
  const server = LOOPBACK.has(parsed.host) ? 'localhost' : parsed.host;
  return `${server}:${parsed.port ?? (typeof port === 'number' ? port : defaultPort())}/${databaseName.toLowerCase()}`;
}
