/**
 * The statements that read events in id order. COPY takes no parameters: ids are formatted from bigints only. `after`
 * may be one less than the lowest bigint; as a parameter it could not.
 */

export interface EventSlice {
  /** Exclusive. */
  readonly after: bigint;
  /** Inclusive; absent: to the end of the table. */
  readonly upTo?: bigint;
  readonly limit?: number;
}

/** `id, ts, event` in id order: what COPY (binary) carries. */
export function selectEventsSql({ after, upTo, limit }: EventSlice): string {
  const end = upTo === undefined ? '' : ` AND id <= ${upTo}`;
  const first = limit === undefined ? '' : ` LIMIT ${limit}`;
  return `SELECT id, ts, event FROM public.events WHERE id > ${after}${end} ORDER BY id${first}`;
}

/** The newest events in one statement; those that follow are read by COPY. */
export const NEWEST_ROWS = 100;
/** Larger ones, as they are stored, are left to COPY: a hundred of them compressed would be too much for one answer. */
export const NEWEST_EVENT_BYTES = 2_000;
/** What they come to at most, if not compressed. */
export const NEWEST_BYTES = NEWEST_ROWS * NEWEST_EVENT_BYTES;

/**
 * The first events after `$1`, in id order, each as the hexadecimal digits of what COPY (binary) has of it without the
 * lengths: id, ts, event. NULL stands for an event that is too large.
 */
export const SELECT_NEWEST_SQL = `
  SELECT CASE WHEN pg_column_size(event) <= ${NEWEST_EVENT_BYTES}
           THEN encode(int8send(id) || timestamptz_send(ts) || jsonb_send(event), 'hex') END AS fields
    FROM public.events WHERE id > $1::bigint ORDER BY id LIMIT ${NEWEST_ROWS}`;

/**
 * The last id of the transaction that begins with the first event after `after`, none above `upTo`. It walks the
 * primary key until `ts` changes.
 */
export function transactionEndSql({ after, upTo = MAX_ID }: EventSlice): string {
  return `
  WITH first AS (
    SELECT id, ts FROM public.events WHERE id > ${after} ORDER BY id LIMIT 1
  ), next AS (
    SELECT e.id FROM public.events e, first
     WHERE e.id > first.id AND e.id <= ${upTo} AND e.ts <> first.ts ORDER BY e.id LIMIT 1
  )
  SELECT max(id) AS "lastId" FROM public.events
   WHERE id > ${after} AND id <= COALESCE((SELECT id - 1 FROM next), ${upTo})`;
}

const MAX_ID = 2n ** 63n - 1n;

/** Reading in id order is always cheapest through the primary key; a table without statistics must not be sorted. */
export const READING_SETTINGS = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  plan_cache_mode: 'force_generic_plan',
  default_transaction_read_only: 'on',
} as const;
