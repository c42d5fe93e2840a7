// @ts-nocheck
import { TOO_MANY_CONNECTIONS } from './sqlstate.js';
/**
 * Asks how many unreserved connections are left, if this session may use reserved ones: as a superuser, or
 * from PostgreSQL 16 on as a role with `pg_use_reserved_connections`. Returns no row for other roles, which
 * the server refuses itself.
 */
export const CONNECTIONS_LEFT_SQL = `
  SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - COALESCE(current_setting('reserved_connections', true)::int, 0)
         - (SELECT count(*) FROM pg_stat_activity
             WHERE datid IS NOT NULL AND COALESCE(backend_type, 'client backend') = 'client backend') AS left
   WHERE current_setting('is_superuser')::bool
      OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_use_reserved_connections' AND pg_has_role(oid, 'USAGE'))`;

export interface ConnectionsLeft {
  readonly left: bigint;
}

/**
 * Only connections that the server reserves for administrators are left. Has the SQLSTATE of a server that
 * has none left.
 */
class ReservedSlotError extends Error {
  override readonly name = 'ReservedSlotError';
  readonly code = TOO_MANY_CONNECTIONS;
}

/**
 * @param left the row of `CONNECTIONS_LEFT_SQL`.
 * @throws ReservedSlotError if this session uses a reserved connection.
 */
export function leaveReservedSlot(left: ConnectionsLeft | undefined): void {
  if (left === undefined || left.left >= 0n) return;
  throw new ReservedSlotError('only connections that are reserved for administrators are left');
}
