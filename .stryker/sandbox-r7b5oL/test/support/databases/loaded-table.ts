// @ts-nocheck
import type { Operation } from '../../../src/load/data/operation.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { connectTo } from '../postgres/databases.js';

/** What a source holds after a load. */
export interface LoadedTable {
  events: number;
  operations: number;
  programs: number;
  transactions: number;
  /** Operations that are not there as one call writes them: whole, ids consecutive, event numbers 1, 2, …, one ts. */
  broken: number;
  /** Persons whose deletion has a lower id than their creation. */
  deletedTooEarly: number;
  /** Ids run from 1 without holes, and the next one to hand out follows. */
  idsInOrder: boolean;
}

const LOADED_TABLE_SQL = `
  WITH e AS (
    SELECT id, ts, event #>> '{data,entity_id}' AS entity, event ->> 'name' AS name, event #>> '{testingStats,programId}' AS program,
           event #>> '{testingStats,dbOperationId}' AS operation, (event #>> '{testingStats,dbOperationEventNum}')::bigint AS num,
           (event #>> '{testingStats,dbOperationEventCount}')::bigint AS count
      FROM events
  ), o AS (
    SELECT count(*) AS found, min(count) AS wanted, count(DISTINCT (ts, program, count)) AS variants,
           count(DISTINCT id - num) AS offsets, min(num) AS first, max(num) AS last
      FROM e GROUP BY operation
  )
  SELECT json_build_object(
    'events', (SELECT count(*) FROM e), 'operations', (SELECT count(*) FROM o),
    'programs', (SELECT count(DISTINCT program) FROM e), 'transactions', (SELECT count(DISTINCT ts) FROM e),
    'broken', (SELECT count(*) FROM o WHERE NOT (found = wanted AND variants = 1 AND offsets = 1 AND first = 1 AND last = wanted)),
    'deletedTooEarly', (SELECT count(*) FROM e AS deleted JOIN e AS created USING (entity)
       WHERE deleted.name = 'PersonDeleted' AND created.name = 'PersonCreated' AND deleted.id < created.id),
    'idsInOrder', (SELECT count(*) = coalesce(max(id), 0) AND count(*) + 1 = (SELECT id FROM id) FROM e)
  )::text AS found`;

export async function inspect(source: ConnectionParams): Promise<LoadedTable> {
  await using connection = await connectTo(source);
  const [row] = await connection.query<{ found: string }>(LOADED_TABLE_SQL);
  return JSON.parse(row?.found ?? '{}') as LoadedTable;
}

/** Digests of the events of a source, and of operations as the server would store them: regardless of their order. */
export async function digestOf(source: ConnectionParams): Promise<string> {
  await using connection = await connectTo(source);
  return digest(
    await connection.query('SELECT md5(string_agg(event::text, $1 ORDER BY event::text)) FROM events', [
      '\n',
    ]),
  );
}

export async function digestOfOperations(
  source: ConnectionParams,
  operations: Iterable<Operation>,
): Promise<string> {
  await using connection = await connectTo(source);
  const texts = [...operations].flatMap(({ events }) => events);
  const sql =
    'SELECT md5(string_agg(e::jsonb::text, $1 ORDER BY e::jsonb::text)) FROM unnest($2::text[]) AS e';
  return digest(await connection.query(sql, ['\n', texts]));
}

function digest(rows: { md5: string }[]): string {
  return rows[0]?.md5 ?? '';
}
