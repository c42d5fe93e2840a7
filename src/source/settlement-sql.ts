/** What is asked of the source to find out which of its ids are final. */

/** What was there, and who was writing, at one moment. */
export interface Snapshot {
  readonly lastId: bigint | null;
  /** What table `id` will hand out next; null where it may not be read or holds nothing. */
  readonly nextId: bigint | null;
  readonly isNextThere: boolean;
  /** Whether the id is there that table `id` handed out last. */
  readonly isLastHandedOutThere: boolean;
  /** The first event beyond `nextId`. */
  readonly firstBeyond: bigint | null;
  /** The transactions that hold a lock on `events` which lets them insert, separated by spaces. */
  readonly writers: string | null;
  /** Of a hot standby, which knows no locks: the first transaction that had not begun. */
  readonly standbyXmax: bigint | null;
}

/** Partitions can be written to without a word to their table. */
const EVENTS_AND_PARTITIONS = `
  SELECT 'public.events'::regclass UNION SELECT relid FROM pg_partition_tree('public.events')`;

/**
 * The modes that let their holder insert (PostgreSQL manual, "Explicit Locking"); every role sees who holds
 * them.
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

/** Whether the transactions `$1` of a snapshot have ended; on a standby, all that began before `$2`. */
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

/** The events from each of `$1` to the one of `$2` beside it: a few of each. */
export const EVENTS_IN_RANGES_SQL = `
  SELECT late.id FROM unnest($1::bigint[], $2::bigint[]) AS hole (first, last)
   CROSS JOIN LATERAL (SELECT e.id FROM public.events e WHERE e.id BETWEEN first AND last ORDER BY e.id LIMIT 100) AS late
   ORDER BY 1`;
