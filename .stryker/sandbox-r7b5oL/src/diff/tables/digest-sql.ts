/**
 * How the servers digest events. The digest of a row covers its id, its `ts` to the microsecond and the bytes
 * of `event::text` together, so it changes if values are swapped between rows. The digest of a range is the
 * exact sum of the digests of its rows, and their number. The chance that two different ranges have the same
 * sum is that of guessing 64 bits. `jsonb` itself must not be hashed: for `hash_record_extended`, 1.10 and
 * 1.1 are the same.
 */
// @ts-nocheck


/**
 * `hash`: PostgreSQL's own 64-bit hash, the same in all majors from 12 to 18 (measured) on one kind of
 * processor and in one encoding. `sha256`: the same everywhere, 1.5 times as slow (measured: 700,000 events
 * in 3.1 s instead of 2.1 s).
 */
export type DigestMethod = 'hash' | 'sha256';

/** Exact, and the same in every time zone and date style, unlike the text of a `ts`. */
const ID_AND_TS = 'int8send(id) || timestamptz_send(ts)';

const ROW_DIGEST: Readonly<Record<DigestMethod, string>> = {
  hash: `hashtextextended(event::text COLLATE "C", hashtextextended(encode(${ID_AND_TS}, 'hex') COLLATE "C", 0))`,
  sha256: first64Bits(`${ID_AND_TS} || convert_to(event::text, 'UTF8')`),
};

const EVENT_DIGEST: Readonly<Record<DigestMethod, string>> = {
  hash: 'hashtextextended(event::text COLLATE "C", 0)',
  sha256: first64Bits("convert_to(event::text, 'UTF8')"),
};

function first64Bits(bytes: string): string {
  return `('x' || left(encode(sha256(${bytes}), 'hex'), 16))::bit(64)::bigint`;
}

/** Count, first and last id, and sum of the row digests of `rows`, which has the columns of `events`. */
export function digestSql(method: DigestMethod, rows: string): string {
  return `SELECT count(*) AS count, min(id) AS "from", max(id) AS "to", COALESCE(sum(${ROW_DIGEST[method]}), 0)::text AS sum
            FROM ${rows}`;
}

/** One row: the digest of the first `$3` events of the ids from `$1` to `$2`. */
export function firstEventsDigestSql(method: DigestMethod): string {
  return digestSql(
    method,
    `(SELECT id, ts, event FROM public.events WHERE id BETWEEN $1::bigint AND $2::bigint ORDER BY id LIMIT $3::bigint) AS events`,
  );
}

/**
 * Setting in which a session remembers the last id that it digested. Any role may set it, also on a standby.
 */
const DIGESTED_TO = 'slate.digested_to';

/** Null if the session has digested nothing yet. A setting that was rolled back is empty. */
const REMEMBERED_ID = `NULLIF(current_setting('${DIGESTED_TO}', true), '')::bigint`;

/**
 * Digests the first `$2` events of the ids up to `$1`, in one row. `given`: from id `$3` on. `continued`:
 * behind the events that this session digested last. Where these end, only the server knows as long as their
 * digest is on its way. In the result, `after` is the id behind which a continued digest began, and `upTo` is
 * the id up to which it covers all events.
 */
export function walkDigestSql(method: DigestMethod, start: 'given' | 'continued'): string {
  const beginning = start === 'given' ? 'id >= $3::bigint' : `id > ${REMEMBERED_ID}`;
  const after = start === 'given' ? 'NULL::bigint' : REMEMBERED_ID;
  const events = `(SELECT id, ts, event FROM public.events WHERE ${beginning} AND id <= $1::bigint
                    ORDER BY id LIMIT $2::bigint) AS events`;
  return `SELECT *, set_config('${DIGESTED_TO}', "upTo"::text, false)
            FROM (SELECT *, CASE WHEN count < $2::bigint THEN $1::bigint ELSE "to" END AS "upTo", ${after} AS after
                    FROM (${digestSql(method, events)}) AS digest) AS digest`;
}

/** The rows of the ids from `$1` to `$2`: `ts` as microseconds since 2000-01-01 UTC, `event` as a digest. */
export function rowDigestsSql(method: DigestMethod): string {
  return `SELECT id, ('x' || encode(timestamptz_send(ts), 'hex'))::bit(64)::bigint AS ts, ${EVENT_DIGEST[method]} AS event
            FROM public.events WHERE id BETWEEN $1::bigint AND $2::bigint ORDER BY id`;
}

/**
 * What a digest of text depends on besides the text. A database in SQL_ASCII holds what clients send: UTF-8.
 */
const DEPENDS_ON: Readonly<Record<DigestMethod, string>> = {
  hash: "replace(getdatabaseencoding(), 'SQL_ASCII', 'UTF8')",
  sha256: "'nothing'",
};

/**
 * Digests a few awkward events without a table. Two servers with the same answer compute the same digests.
 * The events are in ASCII, the only characters that every encoding has.
 */
export function probeSql(method: DigestMethod): string {
  return `SELECT concat_ws(' ', sum(${ROW_DIGEST[method]}), sum(${EVENT_DIGEST[method]}), ${DEPENDS_ON[method]}) AS probe FROM (VALUES
    (1::bigint, timestamptz 'infinity', jsonb '{"a": 1.10, "bb": [1e400, 12345678901234567890, "\\t\\\\ \\"e"], "": {"x": null}}'),
    (-9223372036854775808, '-infinity', '[]'),
    (9223372036854775807, '4713-01-01 00:00:00+00 BC', '"e"'),
    (3, '2024-01-01 00:00:00.000001+00', '-0.0')) AS events (id, ts, event)`;
}
