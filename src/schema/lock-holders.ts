import { ADVISORY_LOCK_KEY_SQL, ADVISORY_LOCK_SQL, EXCLUSIVE_SQL } from '../pg/advisory-locks.js';
import type { Connection } from '../pg/connection.js';
import { HOLD_KEY } from './hold-lock.js';
import { WRITER_LOCK_KEY } from './writer-lock.js';

/** A session that holds one of the project's locks in a database. */
export interface LockHolder {
  /** Its `application_name`. */
  readonly application: string | undefined;
  /** Address of its host. Absent for a local socket, and where the role may not see it. */
  readonly address: string | undefined;
  readonly pid: number;
  /** When it connected, in UTC: `2026-11-28T06:12:01Z`. Absent where the role may not see it. */
  readonly since: string | undefined;
}

export interface LockHolders {
  /** Session of the one writer. Absent while somebody has a hold. */
  readonly writer: LockHolder | undefined;
  /** Session that keeps every replicator away: see hold-lock.ts. */
  readonly hold: LockHolder | undefined;
}

interface Row {
  readonly key: bigint;
  readonly application: string | null;
  readonly address: string | null;
  readonly pid: number;
  readonly since: string | null;
}

const LOCK_HOLDERS_SQL = `
  SELECT ${ADVISORY_LOCK_KEY_SQL} AS key, a.application_name AS application, host(a.client_addr) AS address, l.pid,
         to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
    FROM pg_locks l LEFT JOIN LATERAL pg_stat_get_activity(l.pid) a ON true
   WHERE ${ADVISORY_LOCK_SQL} AND ${EXCLUSIVE_SQL} AND ${ADVISORY_LOCK_KEY_SQL} = ANY ($1::bigint[])`;

/** Finds out who writes to this database, or keeps others from it. */
export async function readLockHolders(connection: Connection): Promise<LockHolders> {
  const rows = await connection.query<Row>(LOCK_HOLDERS_SQL, [[WRITER_LOCK_KEY, HOLD_KEY]]);
  const [writer, hold] = [holderOf(rows, WRITER_LOCK_KEY), holderOf(rows, HOLD_KEY)];
  // A hold takes the lock of the writer too.
  return { writer: writer?.pid === hold?.pid ? undefined : writer, hold };
}

function holderOf(rows: readonly Row[], wanted: bigint): LockHolder | undefined {
  const row = rows.find(({ key }) => key === wanted);
  if (row === undefined) return undefined;
  const { application, address, pid, since } = row;
  return {
    application: application ?? undefined,
    address: address ?? undefined,
    pid,
    since: since ?? undefined,
  };
}
