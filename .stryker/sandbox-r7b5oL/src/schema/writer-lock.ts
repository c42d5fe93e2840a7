// @ts-nocheck
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inOrder } from '../common/in-order.js';
import { OperatorError } from '../common/operator-error.js';
import { HOLDS_ADVISORY_LOCK_SQL } from '../pg/advisory-locks.js';
import type { Connection } from '../pg/connection.js';
import { errorCode } from '../pg/error-code.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { INSUFFICIENT_PRIVILEGE } from '../pg/sqlstate.js';

/** Advisory lock key of "the one writer of this database": the letters `slate` as a number. */
const WRITER_LOCK_KEY = 0x736c617465n;

/** Beginning of `application_name` for every session that writes. */
export const WRITER_APPLICATION = 'slate-replicator:';

/** The same for a session that has not written yet. It may be opened before its process holds the lock. */
const ANY_AHEAD_APPLICATION = 'slate-replicator/ahead/';

/** The same for sessions of this process, which does not end its own when it gets the lock. */
export const AHEAD_APPLICATION = `${ANY_AHEAD_APPLICATION}${randomBytes(4).toString('hex')}:`;

/**
 * Beginning of `application_name` for sessions that hold the lock and send a query at least every
 * `HEARTBEAT_INTERVAL_MS`.
 */
const CONTROL_APPLICATION = 'slate-replicator/control:';

/** The same for sessions that send queries less often: their silence does not mean that they are dead. */
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

/** The session that holds the lock. */
interface Holder {
  /** Program, address, process and since when. */
  readonly description: string;
  readonly pid: number;
  /** Whether it is the session of a replicator that sends a query every few seconds. */
  readonly asksOften: boolean;
  /** Whether it is executing a statement. */
  readonly isActive: boolean;
  /** Changes with every statement of the session. */
  readonly lastAsked: string;
  readonly silentMs: number;
}

async function findHolder(connection: Connection): Promise<Holder | undefined> {
  const [holder] = await connection.query<Holder>(
    `SELECT format('"%s" from %s, server process %s, connected since %s',
                   a.application_name, COALESCE(host(a.client_addr), 'a local socket'), l.pid,
                   COALESCE(date_trunc('second', a.backend_start)::text, 'unknown')) AS description,
            l.pid, COALESCE(starts_with(a.application_name, $2) AND a.state IN ('idle', 'active'), false) AS "asksOften",
            COALESCE(a.state = 'active', false) AS "isActive", concat_ws(' ', l.pid, a.query_start) AS "lastAsked",
            COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - a.state_change) * 1000, 0)::float8 AS "silentMs"
       FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
      WHERE ${HOLDS_ADVISORY_LOCK_SQL}`,
    [WRITER_LOCK_KEY, CONTROL_APPLICATION],
  );
  return holder;
}

/**
 * Describes the holder of the lock for a message: program, address, process and since when. Undefined if
 * nobody holds it.
 */
export async function describeWriterLockHolder(connection: Connection): Promise<string | undefined> {
  return (await findHolder(connection))?.description;
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
  /** Whether the lock was free and no session of an earlier writer was left. */
  readonly isFirst: boolean;
}

/** Becomes the one writer, and ends the sessions that an earlier writer has left. */
export async function becomeWriter(connection: Connection): Promise<WriterLock> {
  // The second answer counts only if the lock was free. Otherwise its holder may have opened sessions
  // meanwhile.
  const [isLocked, stale] = await inOrder([tryWriterLock(connection), findWritersOfOthers(connection)]);
  if (isLocked && stale.length === 0) return { isFirst: true };
  const holder = isLocked ? undefined : await takeWriterLock(connection);
  if (holder === undefined) await endAll(connection, findWritersOfOthers);
  return { holder, isFirst: false };
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
    const holder = await findHolder(connection);
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
