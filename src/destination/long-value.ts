/**
 * Finds what is behind "index row requires 12016 bytes, maximum size is 8191": the server names neither index nor event.
 */
import pg from 'pg';
import type { Connection } from '../pg/connect.js';
import type { EventSource } from '../source/event-source.js';
import { WriteError } from './write-pool.js';

/** What an index takes from a row of `events`. */
export interface IndexedValue {
  readonly name: string;
  /** SQL expressions. */
  readonly columns: readonly string[];
  /** Of a partial index. */
  readonly predicate: string | null;
}

/** Kinds of index that hold values as they are, and so refuse long ones. */
const INDEXED_VALUES_SQL = `
  SELECT to_json(v)::text AS value FROM (
    SELECT c.relname AS name, pg_get_expr(i.indpred, i.indrelid) AS predicate,
           ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnatts) AS k) AS columns
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
     WHERE i.indrelid = 'public.events'::regclass AND am.amname IN ('btree', 'gist')) AS v`;

/** What the indexes of `events` take from a row. */
export async function readIndexedValues(connection: Connection): Promise<IndexedValue[]> {
  const rows = await connection.query<{ value: string }>(INDEXED_VALUES_SQL);
  return rows.map(({ value }) => JSON.parse(value) as IndexedValue);
}

/** SQLSTATE program_limit_exceeded. */
const PROGRAM_LIMIT = '54000';

/** The error, with the name of the index that a value is too long for, where the server has left it out. */
export async function withIndexName(
  error: unknown,
  source: EventSource,
  destination: Connection,
): Promise<unknown> {
  if (!(error instanceof WriteError) || error.code !== PROGRAM_LIMIT || error.constraint !== undefined)
    return error;
  const { eventId } = error;
  if (eventId === undefined) return error;
  const naming = async () => {
    const event = await source.ask((connection) => readEvent(connection, eventId));
    const constraint = await indexOfLongestValue(destination, event);
    return new WriteError({ ...error, ok: false, message: error.message, constraint });
  };
  // The name is for the message only. The error itself is what matters.
  return naming().catch(() => error);
}

async function readEvent(connection: Connection, id: bigint): Promise<{ id: bigint; event: string }> {
  const sql = 'SELECT id, event::text AS event FROM public.events WHERE id = $1::bigint';
  const [event] = await connection.query<{ id: bigint; event: string }>(sql, [id]);
  if (event === undefined) throw new Error(`The source has no event ${id} any more.`);
  return event;
}

/** The index that takes the longest value from an event, which need not be in the table. */
async function indexOfLongestValue(
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

/** The event of the table from which an index takes the longest value. It reads all of them. */
export async function eventOfLongestValue(
  connection: Connection,
  value: IndexedValue,
): Promise<bigint | undefined> {
  const [longest] = await connection.query<{ id: bigint }>(
    `SELECT id FROM public.events ORDER BY ${lengthSql(value)} DESC NULLS LAST LIMIT 1`,
  );
  return longest?.id;
}

/** SQL of the bytes that an index takes from a row, as text; NULL where it takes none. */
function lengthSql({ columns, predicate }: IndexedValue): string {
  const bytes = columns.map((column) => `COALESCE(octet_length((${column})::text), 0)`).join(' + ');
  return `CASE WHEN ${predicate ?? 'true'} THEN ${bytes} END`;
}
