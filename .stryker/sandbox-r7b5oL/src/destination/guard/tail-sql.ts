/**
 * The queries that compare the latest events of two databases. Each server digests its own events; only one
 * digest travels.
 */
// @ts-nocheck


/** How many of the events that were compared before are compared again at each look. */
const COMPARED_AGAIN = 100;

/** How many events are compared at most: 500 cost a server 2 ms per look. */
const COMPARED_AT_MOST = 500;

/** Events whose stored size in the destination is larger are compared by `id` and `ts` alone. */
const DIGESTED_STORED_BYTES = 2_000;

/** One event. */
export interface DigestedRow {
  readonly id: bigint;
  /** SHA-256 of `id`, `ts` and, where it is not too large, `event`. */
  readonly digest: string;
}

/** A stretch of events. */
export interface DigestedStretch {
  /** First id of the table. This and all that follows is null if the table is empty. */
  readonly firstId: bigint | null;
  readonly from: bigint | null;
  readonly to: bigint | null;
  /**
   * Id from which the next look begins: the `COMPARED_AGAIN`-th event from the end. Null if there are fewer
   * events.
   */
  readonly nextFrom: bigint | null;
  /** Ids of the events that are compared without their content. */
  readonly large: readonly bigint[] | null;
  /** Digest of all events of the stretch, in id order. */
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
