// @ts-nocheck
import { MAX_ID } from '../events/id-range.js';
/** Statements that only the source is asked. */

/** How many of the newest events one prepared statement reads. Further ones are read by COPY. */
export const NEWEST_ROWS = 100;
/**
 * Events with a larger stored size are read by COPY: a hundred of them, decompressed, would be too much for
 * one answer.
 */
export const NEWEST_EVENT_BYTES = 2_000;
/** Maximum size of these events, unless they are compressed. */
export const NEWEST_BYTES = NEWEST_ROWS * NEWEST_EVENT_BYTES;

/**
 * Event `$1` and the first events after it up to `$2`, in id order. Each is the hexadecimal digits of id, ts
 * and event as in COPY (binary), without the lengths. If event `$1` is too large, its length takes the place
 * of its text. NULL stands for another event that is too large.
 */
export const SELECT_NEWEST_SQL = selectNewestSql('$1::bigint');

/** Setting in which a session notes the id of the last event that `NOTE_NEWEST_SQL` read. */
const NOTE = "'slate_replicator.last_id'";

/**
 * As `SELECT_NEWEST_SQL`, and notes the last event. If `$1` is NULL, it reads behind the event that was noted
 * last.
 */
export const NOTE_NEWEST_SQL = `
  SELECT fields, bytes, set_config(${NOTE}, id::text, false) AS noted
    FROM (${selectNewestSql(`COALESCE($1::bigint, NULLIF(current_setting(${NOTE}, true), '')::bigint)`, 'id, ')}) AS newest`;

function selectNewestSql(from: string, columns = ''): string {
  return `
  SELECT ${columns}CASE WHEN pg_column_size(event) <= ${NEWEST_EVENT_BYTES}
           THEN encode(int8send(id) || timestamptz_send(ts) || jsonb_send(event), 'hex')
           WHEN id = ${from} THEN encode(int8send(id) || timestamptz_send(ts), 'hex') END AS fields,
         CASE WHEN id = ${from} AND pg_column_size(event) > ${NEWEST_EVENT_BYTES}
           THEN length(textsend(event::text)) END AS bytes
    FROM public.events WHERE id >= ${from} AND id <= $2::bigint ORDER BY id LIMIT ${NEWEST_ROWS + 1}`;
}

/**
 * The last id of the transaction that begins with the first event after `after`, none above `upTo`, and how
 * many events it has. It walks the primary key until `ts` changes.
 */
export function transactionEndSql({
  after,
  upTo = MAX_ID,
}: {
  readonly after: bigint;
  readonly upTo?: bigint | undefined;
}): string {
  return `
  WITH first AS (
    SELECT id, ts FROM public.events WHERE id > ${after} ORDER BY id LIMIT 1
  ), next AS (
    SELECT e.id FROM public.events e, first
     WHERE e.id > first.id AND e.id <= ${upTo} AND e.ts <> first.ts ORDER BY e.id LIMIT 1
  )
  SELECT max(id) AS "lastId", count(*) AS rows FROM public.events
   WHERE id > ${after} AND id <= COALESCE((SELECT id - 1 FROM next), ${upTo})`;
}

/**
 * Reading in id order is always cheapest through the primary key; a table without statistics must not be
 * sorted.
 */
export const READING_SETTINGS = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  max_parallel_workers_per_gather: '0',
  plan_cache_mode: 'force_generic_plan',
  default_transaction_read_only: 'on',
} as const;
