/**
 * How two databases are asked whether they hold the same latest events: each digests its own, and only the
 * digest of all of them travels.
 */

/**
 * At least so many of the latest events are compared at each look: those that were compared before, once
 * more.
 */
const COMPARED_AGAIN = 100;

/** At most so many: what 500 cost a server at each look is 2 ms. */
const COMPARED_AT_MOST = 500;

/** Larger events, as the destination stores them, are compared by `id` and `ts` alone. */
const DIGESTED_STORED_BYTES = 2_000;

/** One event. */
export interface DigestedRow {
  readonly id: bigint;
  /** SHA-256 of `id`, `ts` and, where it is not too large, `event`. */
  readonly digest: string;
}

/** A stretch of events. */
export interface DigestedStretch {
  /** The first event of the table; null where it is empty, as all that follows. */
  readonly firstId: bigint | null;
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** The event before which `COMPARED_AGAIN` - 1 others of the stretch come; null where there are fewer. */
  readonly nextFrom: bigint | null;
  /** The events that are compared without their content. */
  readonly large: readonly bigint[] | null;
  /** Of all events of the stretch, in id order. */
  readonly digest: string | null;
}

/** The latest events of the destination, from `$1` on. */
const LATEST = rowsSql({
  from: `(SELECT id, ts, event FROM public.events
           WHERE id >= $1::bigint ORDER BY id DESC LIMIT ${COMPARED_AT_MOST}) AS latest`,
  isLarge: `pg_column_size(event) > ${DIGESTED_STORED_BYTES}`,
});

/**
 * The events of a stretch, in either database: those from `$1` to `$2`, and those of `$3` without their
 * content.
 */
const SAME = rowsSql({
  from: `(SELECT id, ts, event FROM public.events WHERE id BETWEEN $1::bigint AND $2::bigint) AS same
           LEFT JOIN unnest($3::bigint[]) AS large ("largeId") ON id = "largeId"`,
  isLarge: '"largeId" IS NOT NULL',
});

export const LATEST_STRETCH_SQL = stretchSql(LATEST);
export const SAME_STRETCH_SQL = stretchSql(SAME);
/** Of either database. */
export const SAME_ROWS_SQL = `SELECT id, encode(digest, 'hex') AS digest FROM (${SAME}) AS digested ORDER BY id`;

function rowsSql({ from, isLarge }: { readonly from: string; readonly isLarge: string }): string {
  return `
    SELECT id, ${isLarge} AS "isLarge",
           sha256(int8send(id) || timestamptz_send(ts) || CASE WHEN ${isLarge} THEN '' ELSE jsonb_send(event) END) AS digest
      FROM ${from}`;
}

function stretchSql(rows: string): string {
  return `
    SELECT (SELECT min(id) FROM public.events) AS "firstId", min(id) AS "from", max(id) AS "to",
           (array_agg(id ORDER BY id DESC))[${COMPARED_AGAIN}] AS "nextFrom",
           array_agg(id ORDER BY id) FILTER (WHERE "isLarge") AS large,
           encode(sha256(string_agg(digest, '' ORDER BY id)), 'hex') AS digest
      FROM (${rows}) AS digested`;
}
