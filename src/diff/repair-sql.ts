import type { IdRange } from '../plan/id-range.js';

/** Where the left table's version of the events waits. `event` is null where only `ts` is to be changed. */
export const CREATE_FRESH_SQL =
  'CREATE TEMP TABLE fresh_events (id bigint PRIMARY KEY, ts timestamptz NOT NULL, event jsonb) ON COMMIT DROP';

export const COPY_FRESH_IN_SQL = 'COPY pg_temp.fresh_events (id, ts, event) FROM STDIN (FORMAT binary)';

/** So that the server knows how many there are when it plans what follows. */
export const ANALYZE_FRESH_SQL = 'ANALYZE pg_temp.fresh_events';

export const UPDATE_SQL = `
  UPDATE public.events AS e SET ts = f.ts, event = COALESCE(f.event, e.event)
    FROM pg_temp.fresh_events AS f WHERE e.id = f.id`;

/** What is not there, and what was there when the tables were compared but is no more, then with a null that is refused. */
export const INSERT_SQL = `
  INSERT INTO public.events (id, ts, event)
  SELECT id, ts, event FROM pg_temp.fresh_events AS f
   WHERE NOT EXISTS (SELECT FROM public.events AS e WHERE e.id = f.id) ORDER BY id`;

/** COPY takes no parameters, so the ids are formatted; they can only be bigints. */
export function copyFreshOutSql(ranges: readonly IdRange[], columns: 'event' | 'ts'): string {
  const event = columns === 'event' ? 'event' : 'NULL::jsonb';
  const array = (ids: readonly bigint[]) => `'{${ids.join()}}'::bigint[]`;
  return `COPY (SELECT id, ts, ${event}
                  FROM unnest(${array(ranges.map(({ from }) => from))}, ${array(ranges.map(({ to }) => to))}) AS wanted (first, last)
                  JOIN public.events ON id BETWEEN first AND last) TO STDOUT (FORMAT binary)`;
}
