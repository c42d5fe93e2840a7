/**
 * Finds the index and the event behind "index row requires 12016 bytes, maximum size is 8191", which names
 * neither.
 */
// @ts-nocheck

import pg from 'pg';
import type { Connection } from '../../pg/connection.js';

/** The value that an index holds for a row of `events`. */
export interface IndexedValue {
  readonly name: string;
  /** SQL expressions. */
  readonly columns: readonly string[];
  /** Of a partial index. */
  readonly predicate: string | null;
}

/** Reads the indexes of the kinds that hold whole values, and so refuse long ones. */
const INDEXED_VALUES_SQL = `
  SELECT to_json(v)::text AS value FROM (
    SELECT c.relname AS name, pg_get_expr(i.indpred, i.indrelid) AS predicate,
           ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnatts) AS k) AS columns
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
     WHERE i.indrelid = 'public.events'::regclass AND am.amname IN ('btree', 'gist')) AS v`;

/** Reads which values the indexes of `events` hold. */
export async function readIndexedValues(connection: Connection): Promise<IndexedValue[]> {
  const rows = await connection.query<{ value: string }>(INDEXED_VALUES_SQL);
  return rows.map(({ value }) => JSON.parse(value) as IndexedValue);
}

/** Finds the index that would hold the longest value of an event. The event need not be in the table. */
export async function indexOfLongestValue(
  connection: Connection,
  { id, event }: { id: bigint; event: string },
): Promise<string | undefined> {
  const values = await readIndexedValues(connection);
  const lengths = values.map((value) => `(${pg.escapeLiteral(value.name)}, ${lengthSql(value)})`);
  const [longest] = await connection.query<{ name: string }>(
    `SELECT name
       FROM (SELECT $1::bigint AS id, NULL::timestamptz AS ts, $2::jsonb AS event) AS events,
            LATERAL (VALUES ${lengths.join()}) AS lengths (name, bytes)
      ORDER BY bytes DESC NULLS LAST LIMIT 1`,
    [id, event],
  );
  return longest?.name;
}

/** Finds the event with the longest value for an index. Reads all events. */
export async function eventOfLongestValue(
  connection: Connection,
  value: IndexedValue,
): Promise<bigint | undefined> {
  const [longest] = await connection.query<{ id: bigint }>(
    `SELECT id FROM public.events ORDER BY ${lengthSql(value)} DESC NULLS LAST LIMIT 1`,
  );
  return longest?.id;
}

/** SQL for the length of the value that an index holds for a row, as text; NULL if it holds none. */
function lengthSql({ columns, predicate }: IndexedValue): string {
  const bytes = columns.map((column) => `COALESCE(octet_length((${column})::text), 0)`).join(' + ');
  return `CASE WHEN ${predicate ?? 'true'} THEN ${bytes} END`;
}
