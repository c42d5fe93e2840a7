import { EXCLUSIVE_SQL, HOLDS_ADVISORY_LOCK_SQL } from '../pg/advisory-locks.js';
import type { Connection } from '../pg/connection.js';

/**
 * Beginning of `application_name` for sessions that hold the writer's lock and send a query at least every
 * `HEARTBEAT_INTERVAL_MS`.
 */
export const CONTROL_APPLICATION = 'slate-replicator/control:';

/** Another session that holds an advisory lock of this database. */
export interface Holder {
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

/** Finds the session that holds this advisory lock alone, if it is not `connection` itself. */
export async function findHolder(connection: Connection, key: bigint): Promise<Holder | undefined> {
  const [holder] = await connection.query<Holder>(
    `SELECT format('"%s" from %s, server process %s, connected since %s',
                   a.application_name, COALESCE(host(a.client_addr), 'a local socket'), l.pid,
                   COALESCE(date_trunc('second', a.backend_start)::text, 'unknown')) AS description,
            l.pid, COALESCE(starts_with(a.application_name, $2) AND a.state IN ('idle', 'active'), false) AS "asksOften",
            COALESCE(a.state = 'active', false) AS "isActive", concat_ws(' ', l.pid, a.query_start) AS "lastAsked",
            COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - a.state_change) * 1000, 0)::float8 AS "silentMs"
       FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
      WHERE ${HOLDS_ADVISORY_LOCK_SQL} AND ${EXCLUSIVE_SQL} AND l.pid <> pg_backend_pid()`,
    [key, CONTROL_APPLICATION],
  );
  return holder;
}
