// @ts-nocheck
import type { Connection } from '../../../src/pg/connection.js';

/** Each event to append is JSON text, so that its digits arrive as they are written. */
export type Events = number | readonly string[];

/** Appends events in one transaction, through the schema's own way in. @returns the last id. */
export async function append(source: Connection, events: Events): Promise<bigint> {
  const [row] =
    typeof events === 'number'
      ? await source.query<{ last: bigint }>(APPEND_MANY_SQL, [events])
      : await source.query<{ last: bigint }>(
          'SELECT public.append_events($1::jsonb[]) + cardinality($1::jsonb[]) - 1 AS last',
          [events],
        );
  if (row === undefined) throw new Error('nothing was appended');
  return row.last;
}

/** About 0.3 KB each, no two alike. */
const APPEND_MANY_SQL = `
  SELECT public.append_events(array_agg(jsonb_build_object(
           'name', 'Filler', 'number', n, 'random', random(), 'text', repeat(md5(random()::text), 6)))) + $1 - 1 AS last
    FROM generate_series(1, $1::int) AS n`;

/** What a table holds, to the byte: equal digests mean equal ids, microseconds and texts, in the same number. */
export async function digest(connection: Connection): Promise<string> {
  const [row] = await connection.query<{ digest: string }>(
    `SELECT count(*) || ' ' || COALESCE(md5(string_agg(
              md5(textsend(id || ' ' || encode(timestamptz_send(ts), 'hex') || ' ' || event::text)), '' ORDER BY id)), '') AS digest
       FROM public.events`,
  );
  return row?.digest ?? '';
}
