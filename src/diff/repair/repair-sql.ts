/**
 * The statements of a repair. Those for the right table run under the `search_path` that its triggers need,
 * with only `pg_catalog` before it: operators and functions that are not found there with exactly these types
 * are named in full.
 */

/** What is copied: whole events, or only `ts`, in rows that have `null` for an event. */
export type RepairColumns = 'event' | 'ts';

/** Constraint triggers that would wait for the commit run at once, so that what they do is verified too. */
export const CHECK_AT_ONCE_SQL = 'SET CONSTRAINTS ALL IMMEDIATE';

/** Ids and sizes of the events in the ranges from `$1` to `$2`, at most `$3`. */
export function sizesSql(columns: RepairColumns): string {
  const bytes = columns === 'event' ? 'octet_length(event::text)::bigint' : '0::bigint';
  return `
    SELECT found.id, ${bytes} AS bytes FROM unnest($1::bigint[], $2::bigint[]) AS ranges (first, last)
     CROSS JOIN LATERAL (SELECT id, event FROM public.events WHERE id BETWEEN first AND last
                          ORDER BY id LIMIT $3::bigint) AS found
     ORDER BY found.id LIMIT $3::bigint`;
}

/**
 * Rows of either table by id. COPY takes no parameters, so the ids are formatted; they can only be bigints.
 */
export function selectRowsSql(ids: readonly bigint[], columns: RepairColumns): string {
  const event = columns === 'event' ? 'event' : "'null'::pg_catalog.jsonb";
  return `COPY (SELECT id, ts, ${event} FROM public.events
                 WHERE id OPERATOR(pg_catalog.=) ANY ('{${ids.join()}}'::pg_catalog.int8[]) ORDER BY id)
            TO STDOUT (FORMAT binary)`;
}

/**
 * Overwrites events; the parameters are columns of COPY's rows (`columnArrays`). `id` is not set: an identity
 * column may be GENERATED ALWAYS.
 */
export function updateSql(columns: RepairColumns): string {
  const event = columns === 'event' ? ', event = fresh.event' : '';
  // With several arguments, `unnest` is part of the grammar and means pg_catalog's.
  return `
    UPDATE public.events AS e SET ts = fresh.ts${event}
      FROM unnest($1::pg_catalog.int8[], $2::pg_catalog.timestamptz[], $3::pg_catalog.jsonb[]) AS fresh (id, ts, event)
     WHERE e.id OPERATOR(pg_catalog.=) fresh.id`;
}
