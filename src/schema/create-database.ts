import pg from 'pg';
import { OperatorError } from '../lifecycle/operator-error.js';
import { type Connection, connect } from '../pg/connect.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { errorCode } from '../pg/error-code.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { createObjects } from './create-objects.js';
import type { TableType } from './objects.js';

/** A database that every server has: one must be connected to some database to create another. */
const MAINTENANCE_DATABASE = 'postgres';
const DUPLICATE_DATABASE = '42P04';

export interface CreateDatabaseOptions {
  tableType: TableType;
  connectTimeoutMs: number;
  /** Aborting it drops what was created. */
  signal?: AbortSignal;
}

/**
 * Creates the database that `params` name, with the objects of its kind: all or nothing. One that exists is left untouched.
 * @throws OperatorError if it exists or the server refuses; the signal's reason if it was aborted.
 */
export async function createDatabase(
  params: ConnectionParams,
  options: CreateDatabaseOptions,
): Promise<void> {
  const settings = { applicationName: 'slate-init-db', connectTimeoutMs: options.connectTimeoutMs };
  await using maintenance = await connect({ ...params, databaseName: MAINTENANCE_DATABASE }, settings);
  options.signal?.throwIfAborted();
  await createEmpty(maintenance, params);
  try {
    await fill(params, options);
  } catch (error) {
    await dropAgain(maintenance, params, error);
    throw error;
  }
}

async function createEmpty(maintenance: Connection, params: ConnectionParams): Promise<void> {
  try {
    await maintenance.query(`CREATE DATABASE ${pg.escapeIdentifier(params.databaseName)}`);
  } catch (error) {
    if (errorCode(error) !== DUPLICATE_DATABASE) {
      throw explainDatabaseError(error, { doing: 'create the database', params });
    }
    throw new OperatorError(
      `The database ${describeDatabase(params)} exists already: it was left untouched`,
      {
        hint: 'Choose another name with --new-database; to bring an older source up to date use --upgrade.',
        cause: error,
      },
    );
  }
}

async function fill(params: ConnectionParams, options: CreateDatabaseOptions): Promise<void> {
  const { signal, connectTimeoutMs, tableType } = options;
  signal?.throwIfAborted();
  await using connection = await connect(params, { applicationName: 'slate-init-db', connectTimeoutMs });
  const abort = () => connection.destroy();
  signal?.addEventListener('abort', abort);
  try {
    await createObjects(connection, tableType);
  } catch (error) {
    signal?.throwIfAborted();
    throw explainDatabaseError(error, { doing: 'create the database objects', params });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  signal?.throwIfAborted();
}

async function dropAgain(maintenance: Connection, params: ConnectionParams, cause: unknown): Promise<void> {
  try {
    await maintenance.query(`DROP DATABASE ${pg.escapeIdentifier(params.databaseName)}`);
  } catch (error) {
    const reasons = [cause, error]
      .map((each) => (each instanceof Error ? each.message : String(each)))
      .join('; then: ');
    throw new OperatorError(`Cannot drop the half-made database ${describeDatabase(params)}: ${reasons}`, {
      hint: 'Drop it by hand.',
      cause,
    });
  }
}
