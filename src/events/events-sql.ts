/**
 * The statements that read and write events in id order. COPY takes no parameters: ids are formatted from
 * bigints only. `after` may be one less than the lowest bigint; as a parameter it could not.
 */
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
 * The same, with one row before it in the same snapshot: event `anchorId`, its `event` replaced by its
 * fingerprint. That shows whether the source still holds the event that the others follow, at no further
 * round trip and however large it is.
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

/** Takes the bytes that COPY (binary) gave of `id, ts, event`. */
export const COPY_EVENTS_IN_SQL = 'COPY public.events (id, ts, event) FROM STDIN (FORMAT binary)';

/**
 * SQLSTATE of a write that does not leave what it should: division by zero, which nothing else here can
 * raise.
 */
export const WRITE_REFUTED = DIVISION_BY_ZERO;

/**
 * A statement that fails when event `id` is not there. Sent in the same message as what follows, it keeps
 * that from happening: a destination that lost its latest commits in a crash cannot be given what comes after
 * them. COPY and COMMIT take no parameters in one message with it, so the id is formatted; it can only be a
 * bigint.
 */
export function standsOnSql(id: bigint | undefined): string {
  return id === undefined ? '' : `SELECT 1 / (EXISTS (SELECT FROM public.events WHERE id = ${id}))::int; `;
}

/** Fails unless there are `$3` events from `$1` to `$2`. */
export const REFUTE_UNLESS_COUNT_SQL =
  'SELECT 1 / (count(*) = $3::bigint)::int FROM public.events WHERE id >= $1::bigint AND id <= $2::bigint';
