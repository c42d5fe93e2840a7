import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import {
  EVENTS_COLUMNS,
  PRIMARY_KEY_INDEX,
  SECONDARY_INDEXES,
  SOURCE_ONLY_OBJECTS,
} from '../../src/schema/objects.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

/** How the original's replicator looks for each kind of object. */
const COUNT_SQL = {
  table: 'SELECT count(*) FROM information_schema.tables WHERE table_name = $1',
  trigger: 'SELECT count(*) FROM information_schema.triggers WHERE trigger_name = $1',
  routine: 'SELECT count(*) FROM information_schema.routines WHERE routine_name = $1',
};

let source: Connection;
let destination: Connection;

beforeAll(async () => {
  source = await connectTo(await createSource(sharedServer()));
  destination = await connectTo(await createDestination(sharedServer()));
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await destination[Symbol.asyncDispose]();
});

async function count(connection: Connection, kind: keyof typeof COUNT_SQL, name: string): Promise<bigint> {
  const [row] = await connection.query<{ count: bigint }>(COUNT_SQL[kind], [name]);
  return row?.count ?? -1n;
}

describe('the original’s replicator accepts our databases:', () => {
  const expected = [
    ['table', 'events', 1n, 1n],
    ['table', 'id', 1n, 0n],
    ['trigger', 'notify_insert', 1n, 0n],
    ['trigger', 'check_sql_command', 2n, 0n],
    ['routine', 'insert_events', 1n, 0n],
    ['routine', 'notify_event_insert', 1n, 0n],
    ['routine', 'filter_sql_command', 1n, 0n],
    ['routine', 'restore_events', 1n, 0n],
  ] as const;

  test.each(expected)('%s %s', async (kind, name, inSource, inDestination) => {
    expect(await count(source, kind, name)).toBe(inSource);
    expect(await count(destination, kind, name)).toBe(inDestination);
  });
});

test('a destination has one function more than the original made, whose name it does not look for', async () => {
  const routines = await destination.query(
    "SELECT routine_name::text AS name FROM information_schema.routines WHERE routine_schema = 'public'",
  );
  expect(routines).toEqual([{ name: 'wait_for_event' }]);
});

describe('the names that the replicator goes by are those of the SQL files:', () => {
  test.each(SOURCE_ONLY_OBJECTS)('$kind $name', async ({ kind, name, rows }) => {
    expect(await count(source, kind, name)).toBe(BigInt(rows));
    expect(await count(destination, kind, name)).toBe(0n);
  });

  test('columns of events', async () => {
    for (const connection of [source, destination]) {
      const columns = await connection.query(
        `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "notNull"
           FROM pg_attribute WHERE attrelid = 'public.events'::regclass AND attnum > 0 ORDER BY attnum`,
      );
      expect(columns).toEqual(EVENTS_COLUMNS.map((column) => ({ ...column, notNull: true })));
    }
  });

  test('indexes of events', async () => {
    for (const connection of [source, destination]) {
      const indexes = await connection.query<{ name: string; definition: string }>(
        `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'events'`,
      );
      const names = indexes.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
      expect(names).toEqual([PRIMARY_KEY_INDEX, ...SECONDARY_INDEXES].sort((a, b) => (a < b ? -1 : 1)));
      expect(indexes.find(({ name }) => name === 'events_event_metadata_command')?.definition).toContain(
        "((event #>> '{metadata,command}'::text[]))",
      );
    }
  });
});
