import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../pg/connect.js';

/** Advisory lock key of "the one writer of this database": the letters `slate` as a number. */
export const WRITER_LOCK_KEY = 0x736c617465n;

/** What `application_name` of every session that writes begins with. */
export const WRITER_APPLICATION = 'slate-replicator:';

/** What `application_name` of the sessions that hold the lock begins with. */
export const CONTROL_APPLICATION = 'slate-replicator/control:';

/** Tries to become the one writer; the lock lives as long as the session. */
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
  /** It is a replicator's, which asks something every few seconds, and it is not at work. */
  readonly shouldBeHeardOf: boolean;
  /** Changes with every statement of it. */
  readonly lastHeard: string;
  readonly silentMs: number;
}

async function findHolder(connection: Connection): Promise<Holder | undefined> {
  const [holder] = await connection.query<Holder>(
    `SELECT format('"%s" from %s, server process %s, connected since %s',
                   a.application_name, COALESCE(host(a.client_addr), 'a local socket'), l.pid,
                   COALESCE(date_trunc('second', a.backend_start)::text, 'unknown')) AS description,
            l.pid, COALESCE(starts_with(a.application_name, $2) AND a.state = 'idle', false) AS "shouldBeHeardOf",
            concat_ws(' ', l.pid, a.state_change) AS "lastHeard",
            COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - a.state_change) * 1000, 0)::float8 AS "silentMs"
       FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) + l.objid::bigint = $1::bigint`,
    [WRITER_LOCK_KEY, CONTROL_APPLICATION],
  );
  return holder;
}

/** Who holds the lock, for a message: program, address, process and since when; undefined when nobody does. */
export async function describeWriterLockHolder(connection: Connection): Promise<string | undefined> {
  return (await findHolder(connection))?.description;
}

/** A holder that was not heard of for so long is dead, or cut off: replicators ask something every four seconds. */
const DEAD_AFTER_MS = 15_000;
const LOOK_AGAIN_MS = 250;

/**
 * Becomes the one writer. A server may not have noticed yet that the holder's host or network is gone; so it is waited
 * for a sign of life of the holder, and when there is none its session is ended.
 * @returns undefined, or who holds the lock and is alive.
 */
export async function takeWriterLock(connection: Connection): Promise<string | undefined> {
  for (let known: Holder | undefined; !(await tryWriterLock(connection)); await sleep(LOOK_AGAIN_MS)) {
    const holder = await findHolder(connection);
    if (holder === undefined) continue;
    const isAlive = !holder.shouldBeHeardOf || (known ?? holder).lastHeard !== holder.lastHeard;
    if (isAlive) return holder.description;
    known = holder;
    if (holder.silentMs > DEAD_AFTER_MS) {
      await connection.query('SELECT pg_terminate_backend($1::int)', [holder.pid]);
    }
  }
  return undefined;
}

/**
 * Ends sessions that an earlier holder of the lock left behind: a server process whose client died without a word
 * may still hold rows of an open transaction. Call only while holding the lock.
 */
export async function endStaleWriters(connection: Connection): Promise<void> {
  const stillThere = () =>
    connection.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND usename = session_user AND starts_with(application_name, $1)`,
      [WRITER_APPLICATION],
    );
  for (let stale = await stillThere(); stale.length > 0; stale = await stillThere()) {
    // Servers check the right to call a function also where there is nothing to call it for.
    const pids = stale.map(({ pid }) => pid);
    await connection.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS stale (pid)', [pids]);
    await sleep(20);
  }
}
