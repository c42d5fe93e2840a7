import { expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connect.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { readSql } from '../../src/schema/sql-files.js';
import { upgradeSource } from '../../src/schema/upgrade-source.js';
import { connectTo, createDestination, createSource } from '../postgres/databases.js';
import { sharedServer } from '../postgres/shared-server.js';
import { digest } from '../replicate/events-table.js';
import { TableLock } from '../replicate/table-lock.js';
import { insertValues } from './insert-values.js';
import { createOriginalSource } from './original-source.js';

function upgrade(params: ConnectionParams, signal?: AbortSignal): Promise<void> {
  return upgradeSource(params, { connectTimeoutMs: 15_000, ...(signal === undefined ? {} : { signal }) });
}

function insert(source: Connection, texts: readonly string[]): Promise<unknown> {
  return source.query('SELECT insert_events($1)', [insertValues(texts)]);
}

/** Functions and triggers as the server holds them. */
function definitions(source: Connection): Promise<unknown> {
  return source.query(
    `SELECT pg_get_functiondef(oid) AS definition FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <>
        (SELECT oid FROM pg_language WHERE lanname = 'c')
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY definition`,
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

test('roles keep what they were granted', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  const granted = "SELECT proacl::text AS rights FROM pg_proc WHERE proname = 'insert_events'";
  await source.query('REVOKE EXECUTE ON FUNCTION insert_events FROM PUBLIC');
  const before = await source.query(granted);
  await upgrade(params);
  expect(await source.query(granted)).toEqual(before);
});

test('an upgrade may be repeated', async () => {
  const params = await createSource(sharedServer());
  await using source = await connectTo(params);
  await source.query("SELECT append_events('{1,2}')");
  const before = [await definitions(source), await digest(source)];
  await upgrade(params);
  await upgrade(params);
  expect([await definitions(source), await digest(source)]).toEqual(before);
});

test('loaders may go on: an upgrade waits for the one that writes, and the next gets the next id', async () => {
  const params = await createOriginalSource(sharedServer());
  await using lock = await TableLock.take(params, 'SHARE');
  const upgrading = upgrade(params);
  await lock.untilWaitedFor();
  await using source = await connectTo(params);
  const inserting = insert(source, ['1', '2']);
  await lock.release();
  await upgrading;
  await inserting;
  await insert(source, ['3']);
  expect(await source.query('SELECT id, event::text FROM events ORDER BY id')).toEqual(
    [1, 2, 3].map((n) => ({ id: BigInt(n), event: String(n) })),
  );
});

test('what is not a source is refused and stays as it is', async () => {
  const destination = await createDestination(sharedServer());
  await using connection = await connectTo(destination);
  await expect(upgrade(destination)).rejects.toThrow('is not an event source: table "id" is missing');
  await expect(upgrade(sharedServer().params('postgres'))).rejects.toThrow('table "events" is missing');
  expect(await definitions(connection)).toEqual([]);
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

test('an upgrade that is stopped leaves the source as it was', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  const before = await definitions(source);
  await using lock = await TableLock.take(params, 'SHARE');
  const stop = new AbortController();
  const upgrading = upgrade(params, stop.signal);
  await lock.untilWaitedFor();
  stop.abort(new Error('stopped'));
  await expect(upgrading).rejects.toThrow('stopped');
  await lock.release();
  expect(await definitions(source)).toEqual(before);
});

test('the functions of one version may be made again in psql, without a transaction around them', async () => {
  await using source = await connectTo(await createSource(sharedServer()));
  for (const file of [
    'insert-events.sql',
    'notify-insert.sql',
    'check-sql-command.sql',
    'restore-events.sql',
  ]) {
    await source.query(readSql(file));
  }
  await source.query("SELECT append_events('{1}')");
});
