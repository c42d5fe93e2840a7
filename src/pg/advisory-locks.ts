/** Key of an advisory lock in `pg_locks`, where two columns hold the halves of a bigint. */
export const ADVISORY_LOCK_KEY_SQL = '((classid::bigint << 32) + objid::bigint)';

/**
 * Condition for the rows of `pg_locks` that show an advisory lock of this database that somebody holds.
 * `objsubid` 1 says that the key was one bigint, not two integers.
 */
export const ADVISORY_LOCK_SQL = `locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Condition for those that are not shared. */
export const EXCLUSIVE_SQL = "mode = 'ExclusiveLock'";

/** As `ADVISORY_LOCK_SQL`, for the lock `$1`. */
export const HOLDS_ADVISORY_LOCK_SQL = `${ADVISORY_LOCK_SQL} AND ${ADVISORY_LOCK_KEY_SQL} = $1::bigint`;
