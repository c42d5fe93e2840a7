/**
 * The statements that read and write events in id order. COPY takes no parameters, so ids are formatted into
 * the text; they can only be bigints. `after` may be one less than the lowest bigint, which a parameter could
 * not be.
 */
// @ts-nocheck

import { DIVISION_BY_ZERO } from '../pg/sqlstate.js';
import { DIGESTED_BYTES } from './fingerprint.js';

export interface EventSlice {
  /** Exclusive. */
  readonly after: bigint;
  /** Inclusive; absent: to the end of the table. */
  readonly upTo?: bigint | undefined;
  readonly limit?: number | undefined;
}

/** `id, ts, event` in id order: what COPY (binary) carries. */
export function selectEventsSql({ after, upTo, limit }: EventSlice): string {
  const end = upTo === undefined ? '' : ` AND id <= ${upTo}`;
  const first = limit === undefined ? '' : ` LIMIT ${limit}`;
  return `SELECT id, ts, event FROM public.events WHERE id > ${after}${end} ORDER BY id${first}`;
}

/**
 * `bytes` and `digest` of a fingerprint, where `text` is `textsend(event::text)`: the bytes that a client
 * gets.
 */
const FINGERPRINT_COLUMNS = `length(text) AS bytes,
  CASE WHEN length(text) <= ${DIGESTED_BYTES} THEN encode(sha256(text), 'hex') END AS digest`;

/**
 * As `selectEventsSql`, with one more row at the beginning: event `anchorId`, with its fingerprint in place
 * of its `event`. That row shows whether the source still holds the event that the others follow. It is read
 * in the same snapshot, without another round trip, however large the event is.
 */
export function copyBehindSql({
  anchorId,
  ...slice
}: EventSlice & { anchorId?: bigint | undefined }): string {
  const events = selectEventsSql(slice);
  if (anchorId === undefined) return copyOutSql(events);
  return copyOutSql(`
    SELECT id, ts, jsonb_build_object('bytes', bytes, 'digest', digest) FROM (
      SELECT id, ts, ${FINGERPRINT_COLUMNS} FROM (
        SELECT id, ts, textsend(event::text) AS text FROM public.events WHERE id = ${anchorId} OFFSET 0) AS one
    ) AS anchor
    UNION ALL (${events})`);
}

function copyOutSql(select: string): string {
  return `COPY (${select}) TO STDOUT (FORMAT binary)`;
}

/** Writes the bytes that COPY (binary) gave for `id, ts, event`. */
export const COPY_EVENTS_IN_SQL = 'COPY public.events (id, ts, event) FROM STDIN (FORMAT binary)';

/** SQLSTATE of a write whose check failed: division_by_zero, which nothing else here can raise. */
export const WRITE_REFUTED = DIVISION_BY_ZERO;

/**
 * A statement that fails if event `id` is not there. Statements that follow in the same message are then not
 * executed, so a destination that lost its latest commits in a crash is not given later events. One message
 * with COPY or COMMIT takes no parameters, so the id is formatted into the text; it can only be a bigint.
 */
export function refuteUnlessThereSql(id: bigint | undefined): string {
  return id === undefined ? '' : `SELECT 1 / (EXISTS (SELECT FROM public.events WHERE id = ${id}))::int; `;
}

/** Fails unless there are exactly `$3` events from id `$1` to id `$2`. */
export const REFUTE_UNLESS_COUNT_SQL =
  'SELECT 1 / (count(*) = $3::bigint)::int FROM public.events WHERE id >= $1::bigint AND id <= $2::bigint';
