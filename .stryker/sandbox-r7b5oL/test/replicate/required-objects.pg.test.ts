// @ts-nocheck
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import { checkDestination, checkEventsTable, checkSource } from '../../src/schema/check.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';

/** What must be absent in a destination, and how somebody might have made it there. */
const MADE_BY_HAND = {
  'table "id"': 'CREATE TABLE id (id bigint PRIMARY KEY)',
  'trigger "notify_insert"':
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER notify_insert AFTER INSERT ON events EXECUTE FUNCTION f()",
  'trigger "check_sql_command"':
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER check_sql_command BEFORE DELETE ON events EXECUTE FUNCTION f()",
  'routine "insert_events"': "CREATE FUNCTION insert_events(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
  'routine "append_events"':
    "CREATE FUNCTION append_events(jsonb[]) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
  'routine "notify_event_insert"':
    "CREATE FUNCTION notify_event_insert() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
  'routine "filter_sql_command"':
    "CREATE FUNCTION filter_sql_command() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
  'routine "restore_events"':
    "CREATE FUNCTION restore_events(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
};

/** What every table `events` must be like, and how it could be otherwise. */
const OTHER_TABLES = {
  'table "events" is missing': 'DROP TABLE events',
  'column "ts" is missing': 'ALTER TABLE events DROP COLUMN ts',
  'column "extra" is unexpected': 'ALTER TABLE events ADD COLUMN extra text',
  'column "id" is "integer not null", must be "bigint not null"':
    'ALTER TABLE events ALTER COLUMN id TYPE integer',
  'column "ts" is "timestamp without time zone not null", must be "timestamp with time zone not null"':
    'ALTER TABLE events ALTER COLUMN ts TYPE timestamp',
  'column "ts" is "timestamp(3) with time zone not null", must be "timestamp with time zone not null"':
    'ALTER TABLE events ALTER COLUMN ts TYPE timestamptz(3)',
  'column "event" is "json not null", must be "jsonb not null"':
    'ALTER TABLE events ALTER COLUMN event TYPE json',
  'column "event" is "jsonb", must be "jsonb not null"':
    'ALTER TABLE events ALTER COLUMN event DROP NOT NULL',
  'the primary key of "events" must be (id)': 'ALTER TABLE events DROP CONSTRAINT events_pkey',
  'table public."Heir" inherits from "events"': 'CREATE TABLE "Heir" () INHERITS (events)',
};

/** What a table `events` may be like too. */
const SAME_TABLES = {
  'a primary key that includes other columns':
    'ALTER TABLE events DROP CONSTRAINT events_pkey, ADD PRIMARY KEY (id) INCLUDE (ts)',
  partitions: `DROP INDEX events_ts; ALTER TABLE events RENAME TO whole; ALTER INDEX events_pkey RENAME TO whole_pkey;
     CREATE TABLE events (LIKE whole, PRIMARY KEY (id)) PARTITION BY RANGE (id);
     CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (MINVALUE) TO (100);
     CREATE TABLE events_2 PARTITION OF events DEFAULT`,
};

let all: Installation;
let source: Connection;
let destination: Connection;

beforeAll(async () => {
  all = await createInstallation();
  source = await all.session(all.source);
  destination = await all.session(all.destination());
});
afterAll(() => all[Symbol.asyncDispose]());

/** The message of a refusal in a database that is changed for this moment only. */
async function refusalAfter(
  connection: Connection,
  sql: string,
  check: (connection: Connection) => Promise<unknown>,
): Promise<string> {
  await connection.query('BEGIN');
  try {
    await connection.query(sql);
    return await check(connection).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  } finally {
    await connection.query('ROLLBACK');
  }
}

describe('a source', () => {
  test('as slate-init-db makes it is accepted', async () => {
    await checkSource(source);
  });

  test('as slate-init-db 0.1.7 made it is accepted', async () => {
    await using other = await createInstallation();
    await using connection = await connectTo(other.destination());
    await connection.query(readFileSync('test/support/databases/original-source.sql', 'utf8'));
    await checkSource(connection);
  });

  const parts = {
    'table "id"': 'DROP TABLE id',
    'trigger "notify_insert"': 'DROP TRIGGER notify_insert ON events',
    'trigger "check_sql_command"': 'DROP TRIGGER check_sql_command ON events',
    'routine "insert_events"': 'DROP FUNCTION insert_events',
    'routine "notify_event_insert"': 'DROP FUNCTION notify_event_insert CASCADE',
    'routine "filter_sql_command"': 'DROP FUNCTION filter_sql_command CASCADE',
    'routine "restore_events"': 'DROP FUNCTION restore_events',
  };
  test.each(Object.entries(parts))('without %s is refused', async (part, sql) => {
    expect(await refusalAfter(source, sql, checkSource)).toContain(`${part} is missing`);
  });

  test('without append_events is accepted: the original does not have it', async () => {
    expect(await refusalAfter(source, 'DROP FUNCTION append_events', checkSource)).toBe('accepted');
  });

  test('with a second insert_events is refused: the original would refuse it too', async () => {
    const sql = MADE_BY_HAND['routine "insert_events"'].replace('(text)', '(json)');
    const message = await refusalAfter(source, sql, checkSource);
    expect(message).toContain('routine "insert_events" must exist once, found 2');
  });

  test.each(Object.entries(OTHER_TABLES))('is refused when %s', async (problem, sql) => {
    const cascading = sql.startsWith('DROP') ? `${sql} CASCADE` : sql;
    expect(await refusalAfter(source, cascading, checkSource)).toContain(problem);
  });

  test('is refused with everything that is wrong, at once', async () => {
    const message = await refusalAfter(destination, 'DROP TABLE events', checkSource);
    for (const part of Object.keys(parts)) expect(message).toContain(`${part} is missing`);
    expect(message).toContain('table "events" is missing');
  });
});

describe('a destination', () => {
  test('as slate-init-db makes it is accepted', async () => {
    await checkDestination(destination);
  });

  test('without its secondary indexes is accepted', async () => {
    const sql = 'DROP INDEX events_event_metadata_command, events_ts';
    expect(await refusalAfter(destination, sql, checkDestination)).toBe('accepted');
  });

  test.each(Object.entries(MADE_BY_HAND))(
    'with %s is refused: it can be written like a source',
    async (part, sql) => {
      const message = await refusalAfter(destination, sql, checkDestination);
      expect(message).toContain(`${part} belongs to a source only`);
    },
  );

  test.each(Object.entries(OTHER_TABLES))('is refused when %s', async (problem, sql) => {
    expect(await refusalAfter(destination, sql, checkDestination)).toContain(problem);
  });

  test.each(Object.entries(SAME_TABLES))('with %s is accepted', async (_, sql) => {
    expect(await refusalAfter(destination, sql, checkDestination)).toBe('accepted');
  });

  test('that is a source is refused', async () => {
    await expect(checkDestination(source)).rejects.toThrow(
      'routine "append_events" belongs to a source only',
    );
  });

  test('may have objects of other schemas that are called the same', async () => {
    const sql = 'CREATE SCHEMA other; CREATE TABLE other.id (id bigint)';
    expect(await refusalAfter(destination, sql, checkDestination)).toBe('accepted');
  });
});

describe('a table that is only compared', () => {
  test.each(Object.entries(OTHER_TABLES))('is refused when %s', async (problem, sql) => {
    expect(await refusalAfter(destination, sql, checkEventsTable)).toContain(problem);
  });

  test.each(Object.entries(SAME_TABLES))('with %s is accepted', async (_, sql) => {
    expect(await refusalAfter(destination, sql, checkEventsTable)).toBe('accepted');
  });
});
