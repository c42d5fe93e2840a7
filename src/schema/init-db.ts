import { ConfigurationError } from '../lifecycle/operator-error.js';
import { stopSignals } from '../lifecycle/stop-signals.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { createDatabase } from './create-database.js';
import type { TableType } from './objects.js';

/** Options of the command `slate-init-db`, as they were typed. */
export interface InitDbOptions {
  readonly host: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly connectTimeout: string;
  readonly newDatabase: string;
  readonly tableType: TableType;
  readonly dryRun?: boolean;
}

/** PostgreSQL cuts longer names off: NAMEDATALEN − 1. */
const MAX_NAME_BYTES = 63;

/**
 * What `slate-init-db` does: all or nothing.
 * @returns the exit code.
 * @throws ConfigurationError for arguments, OperatorError for what the server says.
 */
export async function initDb(options: InitDbOptions): Promise<number> {
  const params = paramsFrom(options);
  const connectTimeoutMs = wholeNumber('--connect-timeout', options.connectTimeout, 2 ** 31 - 1);
  const what = `${options.tableType} database ${describeDatabase(params)}`;
  if (options.dryRun) {
    const who = `user ${params.user ?? '(default)'}, password ${params.password === undefined ? '(none)' : '***'}`;
    process.stdout.write(`would create ${what}, ${who}, connect timeout ${connectTimeoutMs} ms\n`);
    return 0;
  }
  using signals = stopSignals();
  await createDatabase(params, { tableType: options.tableType, connectTimeoutMs, signal: signals.signal });
  process.stdout.write(`created ${what}\n`);
  return 0;
}

function paramsFrom({ host, port, user, password, newDatabase }: InitDbOptions): ConnectionParams {
  const [, hostName = host, hostPort] = /^([^:]+):(\d+)$/.exec(host) ?? [];
  if (hostName === '') throw new ConfigurationError('--host: must not be empty');
  const nameBytes = Buffer.byteLength(newDatabase);
  if (nameBytes === 0 || nameBytes > MAX_NAME_BYTES) {
    throw new ConfigurationError(
      `--new-database: must have 1 to ${MAX_NAME_BYTES} bytes, found ${nameBytes}`,
    );
  }
  return {
    host: hostName,
    port: wholeNumber('--port', port ?? hostPort ?? process.env['PGPORT'] ?? '5432', 65_535),
    databaseName: newDatabase,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

function wholeNumber(option: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw new ConfigurationError(`${option}: must be a whole number from 1 to ${max}, found "${text}"`);
}
