// @ts-nocheck
import pg from 'pg';
import type { Connection } from '../../src/pg/connection.js';
import { SECONDARY_INDEXES } from '../../src/schema/objects.js';

type IndexName = (typeof SECONDARY_INDEXES)[number];

/** An index of the schema, and a query that people would have it for. */
export interface IndexUnderTest {
  readonly name: IndexName;
  /** `CREATE INDEX …` as the server tells it. */
  readonly definition: string;
  readonly query: string;
}

/** What is looked for, as SQL: rare values, as the performance data has them. */
const SOUGHT: Readonly<Record<IndexName, string>> = {
  events_ts: '(SELECT ts FROM public.events WHERE id = $1)',
  events_event_entityname: "'User'",
  events_event_operation: "'Added'",
  events_event_propertyname: "'Phone'",
  events_event_entityid: "(SELECT event #>> '{entityId}' FROM public.events WHERE id = $1)",
  events_event_metadata_command: "'Change User Phone'",
};

/** The secondary indexes of the events table there, each with its query, whose values are literals. */
export async function readIndexes(connection: Connection): Promise<IndexUnderTest[]> {
  const [middle] = await connection.query<{ id: bigint }>('SELECT max(id) / 2 AS id FROM public.events');
  const rows = await connection.query<{ name: IndexName; definition: string; expression: string }>(
    `SELECT relname AS name, pg_get_indexdef(oid) AS definition, pg_get_indexdef(oid, 1, true) AS expression
       FROM pg_class WHERE relname = ANY ($1) ORDER BY array_position($1, relname::text)`,
    [[...SECONDARY_INDEXES]],
  );
  const found: IndexUnderTest[] = [];
  for (const { name, definition, expression } of rows) {
    const value = pg.escapeLiteral(await soughtValue(connection, SOUGHT[name], middle?.id));
    const query = `SELECT id, ts, event FROM public.events WHERE ${expression} = ${value} ORDER BY id`;
    found.push({ name, definition, query });
  }
  return found;
}

async function soughtValue(connection: Connection, sql: string, id: bigint | undefined): Promise<string> {
  const values = sql.includes('$1') ? [id] : [];
  const [row] = await connection.query<{ value: string }>(`SELECT (${sql})::text AS value`, values);
  return row?.value ?? '';
}

/** The indexes that the server would use for a query. */
export async function indexesUsed(connection: Connection, query: string): Promise<Set<string>> {
  const rows = await connection.query<{ 'QUERY PLAN': string }>(`EXPLAIN (FORMAT json) ${query}`);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  return new Set(Array.from(plan.matchAll(/"Index Name": "([^"]+)"/g), ([, name = '']) => name));
}
