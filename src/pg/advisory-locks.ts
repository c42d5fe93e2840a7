/**
 * The rows of `pg_locks` that stand for advisory lock `$1` of this database: a bigint is split over two
 * columns. `objsubid` 1 says that the key was one bigint, not two integers.
 */
export const HOLDS_ADVISORY_LOCK_SQL = `locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32) + objid::bigint = $1::bigint`;
