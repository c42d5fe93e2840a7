import { expect, test } from 'vitest';
import { type UpgradeResult, upgradeSource } from '../../src/init-db/upgrade-source.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { readSql } from '../../src/schema/sql-files.js';
import { digest } from '../support/databases/events-table.js';
import { insertValues } from '../support/databases/insert-values.js';
import { createOriginalSource, definitions } from '../support/databases/original-source.js';
import { TableLock } from '../support/databases/table-lock.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';
import { sharedServer } from '../support/postgres/shared-server.js';

function upgrade(params: ConnectionParams, signal?: AbortSignal): Promise<UpgradeResult> {
  return upgradeSource(params, { connectTimeoutMs: 15_000, signal });
}

function insert(source: Connection, texts: readonly string[]): Promise<unknown> {
  return source.query('SELECT insert_events($1)', [insertValues(texts)]);
}

/** Makes `events`, still empty, again with two partitions and the triggers of the original. */
async function partitionEvents(source: Connection): Promise<void> {
  await source.query(
    `DROP TABLE events;
     CREATE TABLE events (id bigint CONSTRAINT events_pkey PRIMARY KEY, ts timestamptz NOT NULL, event jsonb NOT NULL)
       PARTITION BY RANGE (id);
     CREATE TABLE events_low PARTITION OF events FOR VALUES FROM (MINVALUE) TO (3);
     CREATE TABLE events_high PARTITION OF events FOR VALUES FROM (3) TO (MAXVALUE);
     CREATE TRIGGER notify_insert AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION notify_event_insert();
     CREATE TRIGGER check_sql_command BEFORE UPDATE OR DELETE OR TRUNCATE ON events
       FOR EACH STATEMENT EXECUTE FUNCTION filter_sql_command()`,
  );
}

const TOO_LARGE = JSON.stringify({ text: 'x'.repeat(8_000) });

test('a source of the original gets our functions and trigger, and no event changes', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  await insert(source, ['{"a": 1.10}', '{"b": "it\'s"}']);
  await expect(insert(source, [TOO_LARGE])).rejects.toThrow('payload string too long');
  await expect(insert(source, ['{"a": "$1[7]"}'])).rejects.toThrow('Parameter index is not consecutive');
  const before = await digest(source);

  await upgrade(params);
  expect(await digest(source)).toBe(before);
  await insert(source, [TOO_LARGE, '{"a": "$1[7] $2,"}']);
  await source.query("SELECT append_events('{5}')");
  expect(await source.query('SELECT id FROM events ORDER BY id')).toEqual(
    [1n, 2n, 3n, 4n, 5n].map((id) => ({ id })),
  );
  await using ours = await connectTo(await createSource(sharedServer()));
  expect(await definitions(source)).toEqual(await definitions(ours));
});

test('a source that is up to date is left alone, and nobody is waited for', async () => {
  const params = await createSource(sharedServer());
  await using source = await connectTo(params);
  await source.query("SELECT append_events('{1,2}')");
  const before = [await definitions(source), await digest(source)];
  await using _busy = await TableLock.take(params, 'ACCESS EXCLUSIVE');
  expect(await upgrade(params)).toEqual({ changed: false, grantedTo: [] });
  await _busy.release();
  expect([await definitions(source), await digest(source)]).toEqual(before);
});

test.each([
  [
    'a function with another text',
    'CREATE OR REPLACE FUNCTION filter_sql_command() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$',
  ],
  ['a function without its search_path', 'ALTER FUNCTION notify_event_insert RESET search_path'],
  ['append_events with the rights of its caller', 'ALTER FUNCTION append_events SECURITY INVOKER'],
  [
    'a trigger that is missing one event',
    'DROP TRIGGER check_sql_command ON events; CREATE TRIGGER check_sql_command BEFORE UPDATE OR DELETE ON events FOR EACH STATEMENT EXECUTE FUNCTION filter_sql_command()',
  ],
])('%s is put right, and the next upgrade finds nothing to do', async (_, sql) => {
  await isPutRight(await createSource(sharedServer()), sql);
});

test('EXECUTE for everybody is put right, and the next upgrade finds nothing to do', async () => {
  // On a server of its own: everybody there could append before, also the roles that other tests make.
  await using server = await startPostgres();
  await isPutRight(await createSource(server), 'GRANT EXECUTE ON FUNCTION append_events TO PUBLIC');
});

/** Spoils a source by that statement, and upgrades it twice. */
async function isPutRight(params: ConnectionParams, sql: string): Promise<void> {
  await using source = await connectTo(params);
  const before = await definitions(source);
  await source.query(sql);
  expect(await definitions(source)).not.toEqual(before);
  expect(await upgrade(params)).toMatchObject({ changed: true });
  expect(await definitions(source)).toEqual(before);
  expect(await upgrade(params)).toEqual({ changed: false, grantedTo: [] });
}

test('a trigger that always fires still does: native replication feeds this source', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  await source.query('ALTER TABLE events ENABLE ALWAYS TRIGGER notify_insert');
  await upgrade(params);
  expect(
    await source.query(
      `SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'events'::regclass AND NOT tgisinternal ORDER BY tgname`,
    ),
  ).toEqual([
    { tgname: 'check_sql_command', tgenabled: 'O' },
    { tgname: 'notify_insert', tgenabled: 'A' },
  ]);
});

test('a source whose events are partitioned is upgraded too', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  await partitionEvents(source);
  await upgrade(params);
  await source.query("SELECT append_events('{1,2,3}')");
  expect(await source.query('SELECT tableoid::regclass::text AS part, id FROM events ORDER BY id')).toEqual([
    { part: 'events_low', id: 1n },
    { part: 'events_low', id: 2n },
    { part: 'events_high', id: 3n },
  ]);
  await expect(source.query('DELETE FROM events')).rejects.toThrow('events are immutable');
  expect(await upgrade(params)).toEqual({ changed: false, grantedTo: [] });
});

test('what is not a source is refused and stays as it is', async () => {
  const destination = await createDestination(sharedServer());
  await using connection = await connectTo(destination);
  const before = await definitions(connection);
  await expect(upgrade(destination)).rejects.toThrow('is not an event source: table "id" is missing');
  await expect(upgrade(sharedServer().params('postgres'))).rejects.toThrow('table "events" is missing');
  expect(await definitions(connection)).toEqual(before);
});

test('all or nothing: a source with a function of other arguments is refused and stays as it is', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  await source.query(
    'DROP FUNCTION restore_events; CREATE FUNCTION restore_events(a text) RETURNS text LANGUAGE sql RETURN a',
  );
  const before = await definitions(source);
  await expect(upgrade(params)).rejects.toThrow('routine "restore_events" must exist once, found 2');
  expect(await definitions(source)).toEqual(before);
});

test('the functions of one version may be made again in psql, without a transaction around them', async () => {
  await using source = await connectTo(await createSource(sharedServer()));
  for (const file of [
    'insert-events.sql',
    'notify-insert.sql',
    'check-sql-command.sql',
    'restore-events.sql',
    'triggers.sql',
  ]) {
    await source.query(readSql(file));
  }
  await source.query("SELECT append_events('{1}')");
});
