import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../pg/connect.js';

/** Advisory lock key of "the one writer of this database": the letters `slate` as a number. */
export const WRITER_LOCK_KEY = 0x736c617465n;

/** What `application_name` of every session that writes begins with. */
export const WRITER_APPLICATION = 'slate-replicator:';

/** Tries to become the one writer; the lock lives as long as the session. */
export async function tryWriterLock(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock($1::bigint) AS locked',
    [WRITER_LOCK_KEY],
  );
  return row?.locked === true;
}

/** Who holds the lock, for a message: program, address, process and since when; undefined when nobody does. */
export async function describeWriterLockHolder(connection: Connection): Promise<string | undefined> {
  const [row] = await connection.query<{ holder: string }>(
    `SELECT format('"%s" from %s, server process %s, connected since %s',
                   a.application_name, COALESCE(host(a.client_addr), 'a local socket'), l.pid,
                   COALESCE(date_trunc('second', a.backend_start)::text, 'unknown')) AS holder
       FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) + l.objid::bigint = $1::bigint`,
    [WRITER_LOCK_KEY],
  );
  return row?.holder;
}

/**
 * Ends sessions that an earlier holder of the lock left behind: a server process whose client died without a word
 * may still hold rows of an open transaction. Call only while holding the lock.
 */
export async function endStaleWriters(connection: Connection): Promise<void> {
  const stillThere = () =>
    connection.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND starts_with(application_name, $1)`,
      [WRITER_APPLICATION],
    );
  while ((await stillThere()).length > 0) await sleep(20);
}
