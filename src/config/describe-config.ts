import { type ConnectionParams, placeOf } from '../pg/connection-params.js';
import { isRecord } from './load-file.js';
import type { Option } from './option.js';
import { OPTIONS } from './options.js';

/**
 * What a command runs with, for `--dry-run` and the log: under the names and in the units of the configuration file, each
 * connection as one line of text, without secrets.
 */
export function describeConfig(config: object): Record<string, unknown> {
  const { warnings: _, ...shown } = config as Record<string, unknown>;
  return Object.fromEntries(Object.entries(shown).map(([field, value]) => describeField(field, value)));
}

function describeField(field: string, value: unknown): [string, unknown] {
  const options: [string, Option<unknown>][] = Object.entries(OPTIONS);
  const [key, option] = options.find(([, candidate]) => candidate.field?.name === field) ?? [field];
  if (typeof value === 'number') return [key, value / (option?.field?.factor ?? 1)];
  return [key, Array.isArray(value) ? value.map(describeValueOf) : describeValueOf(value)];
}

function describeValueOf(value: unknown): unknown {
  return isConnection(value) ? describeConnection(value) : value;
}

function isConnection(value: unknown): value is ConnectionParams {
  return isRecord(value) && 'databaseName' in value;
}

/** `db1:5432/events, user u, password ***, ssl prefer` */
export function describeConnection(params: ConnectionParams): string {
  const name = params.name === undefined ? [] : [`name ${params.name}`];
  const user = `user ${params.user ?? '(default)'}`;
  const password = `password ${params.password === undefined ? '(none)' : '***'}`;
  const ssl = params.tls === undefined ? [] : [`ssl ${params.tls.mode}`];
  const pooler = params.pooler === undefined ? [] : [`pooler ${params.pooler}`];
  return [placeOf(params), ...name, user, password, ...ssl, ...pooler].join(', ');
}
