/** The queries that find out which ids of the source are final. */
// @ts-nocheck


/** The highest ids and the writing transactions, at one moment. */
export interface Snapshot {
  readonly lastId: bigint | null;
  /**
   * The id that table `id` will hand out next. Null if the role may not read the table, or if it is empty.
   */
  readonly nextId: bigint | null;
  readonly isNextThere: boolean;
  /** Whether the event exists that table `id` handed out last. */
  readonly isLastHandedOutThere: boolean;
  /** The first event beyond `nextId`. */
  readonly firstBeyond: bigint | null;
  /** The transactions that hold a lock on `events` which lets them insert, separated by spaces. */
  readonly writers: string | null;
  /** For a hot standby, which shows no locks: the first transaction that had not begun. */
  readonly standbyXmax: bigint | null;
}

/** Somebody can write to a partition without locking its parent. */
const EVENTS_AND_PARTITIONS = `
  SELECT 'public.events'::regclass UNION SELECT relid FROM pg_partition_tree('public.events')`;

/**
 * Lock modes that allow their holder to insert (PostgreSQL manual, "Explicit Locking"). Every role sees who
 * holds them.
 */
const WRITERS = `
  SELECT virtualtransaction FROM pg_locks
   WHERE locktype = 'relation' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
     AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND relation IN (${EVENTS_AND_PARTITIONS})`;

/** @param mayReadNextId whether the role may read table `id`. */
export function snapshotSql(mayReadNextId: boolean): string {
  const next = mayReadNextId ? 'SELECT max(id) AS id FROM public.id' : 'SELECT NULL::bigint AS id';
  return `
    SELECT (SELECT max(id) FROM public.events) AS "lastId", next.id AS "nextId",
           EXISTS (SELECT FROM public.events e WHERE e.id = next.id) AS "isNextThere",
           EXISTS (SELECT FROM public.events e WHERE e.id = next.id - 1) AS "isLastHandedOutThere",
           (SELECT min(id) FROM public.events e WHERE e.id > next.id) AS "firstBeyond",
           (SELECT string_agg(virtualtransaction, ' ') FROM (${WRITERS}) AS w) AS writers,
           CASE WHEN pg_is_in_recovery() THEN txid_snapshot_xmax(txid_current_snapshot()) END AS "standbyXmax"
      FROM (${next}) AS next`;
}

export const MAY_READ_NEXT_ID_SQL = `
  SELECT COALESCE(has_any_column_privilege(to_regclass('public.id')::oid, 'SELECT'), false) AS may`;

/** Whether the transactions `$1` have ended. On a standby: whether all that began before `$2` have. */
export const WRITERS_ENDED_SQL = `
  SELECT CASE WHEN $2::bigint IS NULL
           THEN NOT EXISTS (SELECT FROM (${WRITERS}) AS w WHERE virtualtransaction = ANY ($1::text[]))
           ELSE txid_snapshot_xmin(txid_current_snapshot()) >= $2::bigint END AS ended`;

/** The holes between the last `$1` events. */
export const HOLES_AT_THE_TIP_SQL = `
  SELECT before + 1 AS "from", id - 1 AS "to"
    FROM (SELECT id, lag(id) OVER (ORDER BY id) AS before
            FROM (SELECT id FROM public.events ORDER BY id DESC LIMIT $1::int) AS latest) AS pairs
   WHERE id > before + 1 ORDER BY 1`;

/** A few events of each range; `$1` holds the first ids of the ranges, `$2` the last ids. */
export const EVENTS_IN_RANGES_SQL = `
  SELECT late.id FROM unnest($1::bigint[], $2::bigint[]) AS hole (first, last)
   CROSS JOIN LATERAL (SELECT e.id FROM public.events e WHERE e.id BETWEEN first AND last ORDER BY e.id LIMIT 100) AS late
   ORDER BY 1`;
