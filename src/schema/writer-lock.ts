import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inOrder } from '../common/in-order.js';
import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { errorCode } from '../pg/error-code.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { INSUFFICIENT_PRIVILEGE } from '../pg/sqlstate.js';
import { describeHold, NOT_HELD_SQL } from './hold-lock.js';
import { CONTROL_APPLICATION, findHolder, type Holder } from './lock-holder.js';

/** Advisory lock key of "the one writer of this database": the letters `slate` as a number. */
export const WRITER_LOCK_KEY = 0x736c617465n;

/** Beginning of `application_name` for every session that writes. */
export const WRITER_APPLICATION = 'slate-replicator:';

/** The same for a session that has not written yet. It may be opened before its process holds the lock. */
const ANY_AHEAD_APPLICATION = 'slate-replicator/ahead/';

/** The same for sessions of this process, which does not end its own when it gets the lock. */
export const AHEAD_APPLICATION = `${ANY_AHEAD_APPLICATION}${randomBytes(4).toString('hex')}:`;

/**
 * As `CONTROL_APPLICATION` for sessions that send queries less often: their silence does not mean that they
 * are dead.
 */
const QUIET_CONTROL_APPLICATION = 'slate-replicator/control/quiet:';

/**
 * Beginning of `application_name` for a session that is to hold the lock. It tells other replicators whether
 * silence means that the session is dead.
 */
export function controlApplication(heartbeatIntervalMs: number): string {
  return heartbeatIntervalMs <= HEARTBEAT_INTERVAL_MS ? CONTROL_APPLICATION : QUIET_CONTROL_APPLICATION;
}

/** Tries to become the one writer. The lock lasts as long as the session. */
export async function tryWriterLock(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock($1::bigint) AS locked',
    [WRITER_LOCK_KEY],
  );
  return row?.locked === true;
}

/**
 * Describes the holder of the lock for a message: program, address, process and since when. Undefined if
 * nobody holds it.
 */
export async function describeWriterLockHolder(connection: Connection): Promise<string | undefined> {
  return (await findHolder(connection, WRITER_LOCK_KEY))?.description;
}

/**
 * A holder that should send a query every `HEARTBEAT_INTERVAL_MS` and is silent for this long is dead or cut
 * off.
 */
const DEAD_AFTER_MS = 15_000;
/** A statement that takes longer is meant to take long, such as CREATE INDEX: its session is alive. */
const AT_WORK_AFTER_MS = 5_000;
const LOOK_AGAIN_MS = 250;

/**
 * How long to wait for a server to end a session by itself, which takes it half a minute if the client is
 * gone. Needed if this role may not end the session.
 */
const ENDED_BY_SERVER_MS = 60_000;

/** Result of asking for the writer's lock. */
export interface WriterLock {
  /** Description of the live holder. Absent if this session holds the lock. */
  readonly holder?: string | undefined;
  /** Description of the session that holds this destination back. The lock is not held then. */
  readonly heldBy?: string | undefined;
  /** Whether the lock was free and no session of an earlier writer was left. */
  readonly isFirst: boolean;
}

/** Becomes the one writer unless there is a hold, and ends the sessions that an earlier writer has left. */
export async function becomeWriter(connection: Connection): Promise<WriterLock> {
  // The second answer counts only if the lock was free. Otherwise its holder may have opened sessions
  // meanwhile.
  const [lock, stale] = await inOrder([tryBothLocks(connection), findWritersOfOthers(connection)]);
  if (lock.isTaken && lock.isFree && stale.length === 0) return { isFirst: true };
  const holder = lock.isTaken ? undefined : await takeWriterLock(connection);
  const heldBy = await describeHold(connection);
  if (heldBy !== undefined) {
    if (holder === undefined) await releaseWriterLock(connection);
    return { heldBy, isFirst: false };
  }
  if (holder === undefined) await endAll(connection, findWritersOfOthers);
  return { holder, isFirst: false };
}

/** Asks for the writer's lock, and whether there is a hold, in one statement. */
async function tryBothLocks(connection: Connection): Promise<{ isTaken: boolean; isFree: boolean }> {
  const [row] = await connection.query<{ isTaken: boolean; isFree: boolean }>(
    `SELECT pg_try_advisory_lock($1::bigint) AS "isTaken", ${NOT_HELD_SQL} AS "isFree"`,
    [WRITER_LOCK_KEY],
  );
  return { isTaken: row?.isTaken === true, isFree: row?.isFree === true };
}

async function releaseWriterLock(connection: Connection): Promise<void> {
  await connection.query('SELECT pg_advisory_unlock($1::bigint)', [WRITER_LOCK_KEY]);
}

/**
 * Takes the writer's lock. A holder may be dead without the server knowing: its host or network is gone, or
 * it was killed while the server still executes its statement. So this waits. If the holder sends a new
 * query, it is alive. If it stays silent, its session is ended.
 * @returns undefined on success, else a description of the live holder.
 */
export async function takeWriterLock(connection: Connection): Promise<string | undefined> {
  let known: { readonly holder: Holder; readonly sinceMs: number } | undefined;
  for (; !(await tryWriterLock(connection)); await sleep(LOOK_AGAIN_MS)) {
    const holder = await findHolder(connection, WRITER_LOCK_KEY);
    if (holder === undefined) continue;
    if (known?.holder.pid !== holder.pid) known = { holder, sinceMs: performance.now() };
    if (isAlive(holder, known.holder, performance.now() - known.sinceMs)) return holder.description;
    if (holder.isActive || holder.silentMs <= DEAD_AFTER_MS) continue;
    const isEnded = await endSessions(connection, [holder.pid]);
    if (!isEnded && holder.silentMs > ENDED_BY_SERVER_MS)
      return `${holder.description}, which this role may not end`;
  }
  return undefined;
}

/** @param first state of the holder `knownMs` ago. */
function isAlive(holder: Holder, first: Holder, knownMs: number): boolean {
  if (!holder.asksOften || holder.lastAsked !== first.lastAsked) return true;
  return holder.isActive && knownMs > AT_WORK_AFTER_MS;
}

/**
 * Ends sessions. Call it only for sessions that exist, because even a call without any needs the right.
 * @returns false if the role may not end them.
 */
async function endSessions(connection: Connection, pids: readonly number[]): Promise<boolean> {
  try {
    await connection.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS sessions (pid)', [
      pids,
    ]);
    return true;
  } catch (error) {
    if (errorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    return false;
  }
}

interface Writer {
  readonly pid: number;
  readonly application: string;
}

/** Finds the sessions of this role that write to this database, or are about to. */
function findWriters(connection: Connection): Promise<Writer[]> {
  return connection.query(
    `SELECT pid, application_name AS application FROM pg_stat_activity
      WHERE datname = current_database() AND usename = session_user
        AND (starts_with(application_name, $1) OR starts_with(application_name, $2))`,
    [WRITER_APPLICATION, ANY_AHEAD_APPLICATION],
  );
}

/** The same without the session that this process has opened in advance. */
async function findWritersOfOthers(connection: Connection): Promise<Writer[]> {
  const writers = await findWriters(connection);
  return writers.filter(({ application }) => !application.startsWith(AHEAD_APPLICATION));
}

/**
 * Ends the sessions that write. A server process whose client is gone may still hold rows of an open
 * transaction, or execute a write that has arrived. Call it only while holding the lock.
 */
export function endStaleWriters(connection: Connection): Promise<void> {
  return endAll(connection, findWriters);
}

/**
 * The same for sessions of any role.
 * @throws OperatorError if some do not end and this role may not end them.
 */
export function endWritersOfAnyRole(connection: Connection): Promise<void> {
  return endAll(connection, () =>
    connection.query<Writer>(
      `SELECT pid, application_name AS application FROM pg_stat_activity
        WHERE datname = current_database() AND starts_with(application_name, $1)`,
      [WRITER_APPLICATION],
    ),
  );
}

async function endAll(connection: Connection, find: typeof findWriters): Promise<void> {
  const giveUpAtMs = performance.now() + ENDED_BY_SERVER_MS;
  let stale = await find(connection);
  for (; stale.length > 0; stale = await find(connection)) {
    const pids = stale.map(({ pid }) => pid);
    if (!(await endSessions(connection, pids)) && performance.now() > giveUpAtMs) {
      throw new OperatorError(
        `An earlier replicator left sessions in ${connection.where}: ${pids.join(', ')}.`,
        {
          hint: 'This role may not end them. As a role that may, end these server processes with pg_terminate_backend.',
        },
      );
    }
    await sleep(20);
  }
}
