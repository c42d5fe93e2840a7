/**
 * The statements of a repair. In the right table they run under the `search_path` that its triggers need,
 * with only `pg_catalog` before it. So operators and functions that are not in `pg_catalog` with exactly
 * these types are written with their schema.
 */
// @ts-nocheck


/** What to copy: whole events, or only `ts`, in rows with `null` as their event. */
export type RepairColumns = 'event' | 'ts';

/** Makes deferred constraint triggers run at once, so that their effects are verified too. */
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
 * Overwrites events. The parameters are the columns of rows of COPY (`columnArrays`). Does not set `id`: an
 * identity column may be GENERATED ALWAYS.
 */
export function updateSql(columns: RepairColumns): string {
  const event = columns === 'event' ? ', event = fresh.event' : '';
  // `unnest` with several arguments is part of the grammar, and always means that of pg_catalog.
  return `
    UPDATE public.events AS e SET ts = fresh.ts${event}
      FROM unnest($1::pg_catalog.int8[], $2::pg_catalog.timestamptz[], $3::pg_catalog.jsonb[]) AS fresh (id, ts, event)
     WHERE e.id OPERATOR(pg_catalog.=) fresh.id`;
}
