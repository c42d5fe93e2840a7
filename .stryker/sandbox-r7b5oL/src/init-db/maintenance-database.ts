// @ts-nocheck
import { OperatorError } from '../common/operator-error.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { errorCode } from '../pg/error-code.js';
import { userOf } from '../pg/login.js';
import {
  INSUFFICIENT_PRIVILEGE,
  INVALID_AUTHORIZATION,
  INVALID_CATALOG_NAME,
  NOT_IN_PREREQUISITE_STATE,
} from '../pg/sqlstate.js';

export interface MaintenanceOptions {
  /** The only database to connect to; absent: those that servers usually have, in turn. */
  readonly maintenanceDatabase?: string | undefined;
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Missing, not for this role, not in pg_hba.conf, closed to connections: another database of the server may
 * do.
 */
const NOT_THIS_ONE = new Set<string>([
  INVALID_CATALOG_NAME,
  INSUFFICIENT_PRIVILEGE,
  INVALID_AUTHORIZATION,
  NOT_IN_PREREQUISITE_STATE,
]);

/** The database to connect to first where none was chosen: almost every server has it. */
export const USUAL_MAINTENANCE_DATABASE = 'postgres';

/**
 * Opens a session in the first of the maintenance databases that lets this role in.
 * @throws OperatorError that says why none did, or why the server cannot be reached at all; the signal's
 * reason.
 */
export async function connectToMaintenance(
  params: ConnectionParams,
  options: MaintenanceOptions,
): Promise<Connection> {
  const refusals: Error[] = [];
  for (const databaseName of candidates(params, options.maintenanceDatabase)) {
    try {
      return await open({ ...params, databaseName }, options);
    } catch (error) {
      if (!(error instanceof Error) || !NOT_THIS_ONE.has(errorCode(error) ?? '')) throw error;
      refusals.push(error);
    }
  }
  throw new OperatorError(refusals.map(({ message }) => message).join('; '), {
    hint: 'Use --maintenance-db to name a database that this role may connect to.',
    cause: refusals[0],
  });
}

function candidates(params: ConnectionParams, chosen: string | undefined): Iterable<string> {
  if (chosen !== undefined) return [chosen];
  return new Set([USUAL_MAINTENANCE_DATABASE, 'template1', userOf(params)]);
}

/**
 * The session has to survive the signal, which calls for it to clean up; but waiting for it to open must not.
 */
async function open(
  params: ConnectionParams,
  { connectTimeoutMs, signal }: MaintenanceOptions,
): Promise<Connection> {
  const opening = new AbortController();
  const stop = () => opening.abort(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    return await connect(params, {
      applicationName: 'slate-init-db',
      connectTimeoutMs,
      signal: opening.signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
