import { TOO_MANY_CONNECTIONS } from './sqlstate.js';
/**
 * How many connections are left to everybody, where this session may use those that are kept for superusers,
 * or from PostgreSQL 16 on for roles with `pg_use_reserved_connections`. No row for other roles: the server
 * refuses them itself.
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
 * A connection that the server keeps for its administrators: with the code of a server that has none left.
 */
class ReservedSlotError extends Error {
  override readonly name = 'ReservedSlotError';
  readonly code = TOO_MANY_CONNECTIONS;
}

/**
 * @param left the row of `CONNECTIONS_LEFT_SQL`.
 * @throws ReservedSlotError when this session has got one of the connections that are reserved.
 */
export function leaveReservedSlot(left: ConnectionsLeft | undefined): void {
  if (left === undefined || left.left >= 0n) return;
  throw new ReservedSlotError('only connections that are reserved for administrators are left');
}
