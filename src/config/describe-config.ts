import { type ConnectionParams, placeOf } from '../pg/connection-params.js';
import { describePassword, describeUser } from '../pg/credentials.js';
import { isRecord } from './load-file.js';
import type { Option } from './option.js';
import { OPTIONS } from './options.js';

/**
 * The configuration of a command, for `--dry-run` and the log. It has the names and units of the
 * configuration file, and each connection as one line of text, without secrets.
 */
export async function describeConfig(config: object): Promise<Record<string, unknown>> {
  const { warnings: _, standbyPollIntervalMs: __, ...shown } = config as Record<string, unknown>;
  const fields = Object.entries(shown).map(([field, value]) => describeField(field, value));
  return Object.fromEntries(await Promise.all(fields));
}

async function describeField(field: string, value: unknown): Promise<[string, unknown]> {
  const options: [string, Option<unknown>][] = Object.entries(OPTIONS);
  const [key, option] = options.find(([, candidate]) => candidate.field?.name === field) ?? [field];
  if (typeof value === 'number') return [key, value / (option?.field?.factor ?? 1)];
  return [
    key,
    await (Array.isArray(value) ? Promise.all(value.map(describeValueOf)) : describeValueOf(value)),
  ];
}

async function describeValueOf(value: unknown): Promise<unknown> {
  return isConnection(value) ? describeConnection(value) : value;
}

function isConnection(value: unknown): value is ConnectionParams {
  return isRecord(value) && 'databaseName' in value;
}

/**
 * `db1:5432/events, user u, password *** (.pgpass), ssl prefer`: what will be used, and where it comes from.
 */
async function describeConnection(params: ConnectionParams): Promise<string> {
  const credentials = [describeUser(params), await describePassword(params)];
  const name = params.name === undefined ? [] : [`name ${params.name}`];
  const ssl = params.tls === undefined ? [] : [`ssl ${params.tls.mode}`];
  const pooler = params.pooler === undefined ? [] : [`pooler ${params.pooler}`];
  const notifies = params.notifyDestination ? ['notifies'] : [];
  const paused = params.paused ? ['paused'] : [];
  return [placeOf(params), ...name, ...credentials, ...ssl, ...pooler, ...notifies, ...paused].join(', ');
}
