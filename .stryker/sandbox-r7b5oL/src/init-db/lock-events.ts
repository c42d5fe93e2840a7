// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../pg/connection.js';
import { errorCode } from '../pg/error-code.js';
import { LOCK_NOT_AVAILABLE } from '../pg/sqlstate.js';

export interface LockOptions {
  /** Aborting it ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the sessions that use the table, if the lock cannot be had at once. */
  readonly onWaiting?: ((users: readonly string[]) => void) | undefined;
}

/**
 * Other sessions queue up behind a request for a lock. So each request is short, and others can go on between
 * two requests.
 */
const REQUEST_MS = 500;
const PAUSE_MS = 1_500;

/** Locks table `events` exclusively. Call it in a transaction that has locked nothing yet. */
export async function lockEvents(connection: Connection, options: LockOptions): Promise<void> {
  await connection.query('SAVEPOINT before_lock');
  if (!(await tryToLock(connection))) {
    options.onWaiting?.(await usersOfEvents(connection));
    do await sleep(PAUSE_MS, undefined, { signal: options.signal });
    while (!(await tryToLock(connection)));
  }
  await connection.query('SET LOCAL lock_timeout = 0');
}

async function tryToLock(connection: Connection): Promise<boolean> {
  try {
    await connection.query(`SET LOCAL lock_timeout = ${REQUEST_MS}`);
    await connection.query('LOCK TABLE public.events IN ACCESS EXCLUSIVE MODE');
    return true;
  } catch (error) {
    if (errorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
    await connection.query('ROLLBACK TO SAVEPOINT before_lock');
    return false;
  }
}

async function usersOfEvents(connection: Connection): Promise<string[]> {
  const users = await connection.query<{ shown: string }>(
    `SELECT DISTINCT format('%s (%s, role %s)', pid, coalesce(nullif(application_name, ''), 'no name'), usename) AS shown
       FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE relation = 'public.events'::regclass AND granted AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return users.map(({ shown }) => shown);
}
