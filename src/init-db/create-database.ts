import pg from 'pg';
import { messageOf } from '../common/message-of.js';
import { OperatorError } from '../common/operator-error.js';
import { cancelWhatRuns } from '../pg/cancel.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { errorCode } from '../pg/error-code.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { DUPLICATE_DATABASE } from '../pg/sqlstate.js';
import type { TableType } from '../schema/objects.js';
import { createObjects } from './create-objects.js';
import { connectToMaintenance, type MaintenanceOptions } from './maintenance-database.js';

/** Options of `createDatabase`. Aborting the signal drops what was created. */
export interface CreateDatabaseOptions extends MaintenanceOptions {
  readonly tableType: TableType;
}

/**
 * Creates the database that `params` names, with the objects of its kind: all or nothing. An existing
 * database is left untouched.
 * @throws OperatorError if it exists or the server refuses; the reason of the signal if it was aborted.
 */
export async function createDatabase(
  params: ConnectionParams,
  options: CreateDatabaseOptions,
): Promise<void> {
  await using maintenance = await connectToMaintenance(params, options);
  await createEmpty(maintenance, params, options.signal);
  try {
    await fill(params, options);
  } catch (error) {
    await dropAgain(maintenance, params, error);
    throw error;
  }
}

async function createEmpty(
  maintenance: Connection,
  params: ConnectionParams,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = () => void cancelWhatRuns(maintenance);
  signal?.addEventListener('abort', stop);
  try {
    await maintenance.query(`CREATE DATABASE ${pg.escapeIdentifier(params.databaseName)}`);
  } catch (error) {
    signal?.throwIfAborted();
    if (errorCode(error) !== DUPLICATE_DATABASE) {
      throw explainDatabaseError(error, { doing: 'create the database', params });
    }
    throw new OperatorError(
      `The database ${describeDatabase(params)} already exists and was left untouched.`,
      {
        hint: 'Choose another name with --new-database. To bring an older one up to date, use --upgrade.',
        cause: error,
      },
    );
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function fill(params: ConnectionParams, options: CreateDatabaseOptions): Promise<void> {
  const { signal, connectTimeoutMs, tableType } = options;
  try {
    const own = { applicationName: 'slate-init-db', connectTimeoutMs, signal };
    await using connection = await connect(params, own);
    await createObjects(connection, tableType);
  } catch (error) {
    signal?.throwIfAborted();
    throw explainDatabaseError(error, { doing: 'create the objects of', params });
  }
  signal?.throwIfAborted();
}

async function dropAgain(maintenance: Connection, params: ConnectionParams, cause: unknown): Promise<void> {
  try {
    // The server may not have noticed yet that the session which filled the database has ended.
    const left = await maintenance.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = $1',
      [params.databaseName],
    );
    for (const { pid } of left) await maintenance.query('SELECT pg_terminate_backend($1::int)', [pid]);
    await maintenance.query(`DROP DATABASE ${pg.escapeIdentifier(params.databaseName)}`);
  } catch (error) {
    const reasons = [cause, error].map(messageOf).join('; then: ');
    throw new OperatorError(`Cannot drop the incomplete database ${describeDatabase(params)}: ${reasons}`, {
      hint: 'Drop it by hand.',
      cause,
    });
  }
}
