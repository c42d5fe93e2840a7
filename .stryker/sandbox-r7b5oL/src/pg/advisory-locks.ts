/**
 * Condition for the rows of `pg_locks` that show advisory lock `$1` of this database. Two columns hold the
 * halves of a bigint key; `objsubid` 1 says that the key was one bigint, not two integers.
 */
// @ts-nocheck

export const HOLDS_ADVISORY_LOCK_SQL = `locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32) + objid::bigint = $1::bigint`;
