// @ts-nocheck
import { expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const APPEND = "SELECT public.append_events('{1,2}')";
const INSERT = "SELECT public.insert_events('($1[1], $2, ''3'')')";
/** The grant of docs/operations.md. */
const GRANT = 'GRANT EXECUTE ON FUNCTION append_events, insert_events TO';

/** A source, and a role that may do nothing but append. */
async function sourceWithWriter(): Promise<{ source: Connection; roles: TestRoles }> {
  const params = await createSource(sharedServer());
  const source = await connectTo(params);
  const roles = new TestRoles(source, params);
  await source.query(`${GRANT} "${await roles.create('writer')}"`);
  return { source, roles };
}

test('a writer needs EXECUTE and no right on any table', async () => {
  const { source, roles } = await sourceWithWriter();
  await using _source = source;
  await using _roles = roles;
  expect(await roles.run('writer', APPEND)).toEqual([{ append_events: 1n }]);
  expect(await roles.run('writer', INSERT)).toEqual([{ insert_events: 1 }]);
  expect(await source.query('SELECT id, event::text FROM events ORDER BY id')).toEqual(
    [1, 2, 3].map((n) => ({ id: BigInt(n), event: String(n) })),
  );
});

test.each([
  ['INSERT', "INSERT INTO public.events VALUES (100, now(), '{}')", 'permission denied for table events'],
  ['SELECT', 'SELECT FROM public.events', 'permission denied for table events'],
  ['TRUNCATE', 'TRUNCATE public.events', 'permission denied for table events'],
  ['SELECT of the next id', 'SELECT FROM public.id', 'permission denied for table id'],
  ['UPDATE of the next id', 'UPDATE public.id SET id = 1', 'permission denied for table id'],
  [
    'restore_events',
    "SELECT public.restore_events('', '', '', '')",
    'permission denied for function restore_events',
  ],
  [
    'a look at a table in the text for insert_events',
    'SELECT public.insert_events($$($1[1], $2, (SELECT to_jsonb(max(id)) FROM public.id))$$)',
    'permission denied for table id',
  ],
  [
    'a write in the text for insert_events',
    `SELECT public.insert_events($$($1[1], $2, '1')) AS v (id, ts, event); DELETE FROM public.id; SELECT * FROM (VALUES ($1[1], $2, '1')$$)`,
    'permission denied for table id',
  ],
])('whoever may only EXECUTE cannot get past the functions: %s', async (_, sql, message) => {
  const { source, roles } = await sourceWithWriter();
  await using _source = source;
  await using _roles = roles;
  await expect(roles.run('writer', sql)).rejects.toThrow(message);
  expect(await source.query('SELECT id FROM events')).toEqual([]);
  expect(await source.query('SELECT id FROM id')).toEqual([{ id: 1n }]);
});

test('nobody may append who was not granted EXECUTE by name', async () => {
  const { source, roles } = await sourceWithWriter();
  await using _source = source;
  await using _roles = roles;
  await roles.create('stranger');
  await expect(roles.run('stranger', APPEND)).rejects.toThrow('permission denied for function append_events');
  await expect(roles.run('stranger', INSERT)).rejects.toThrow('permission denied for function insert_events');
  await source.query(`GRANT EXECUTE ON FUNCTION insert_events TO "${roles.name('stranger')}"`);
  await expect(roles.run('stranger', INSERT)).rejects.toThrow('permission denied for function append_events');
});

test('what a writer sets or makes in its session does not change what append_events does', async () => {
  const { source, roles } = await sourceWithWriter();
  await using _source = source;
  await using _roles = roles;
  await roles.run(
    'writer',
    'CREATE TEMP TABLE events (id bigint, ts timestamptz, event jsonb)',
    'CREATE TEMP TABLE id (id bigint)',
    "CREATE DOMAIN pg_temp.jsonb AS text DEFAULT 'mine'",
    'SET search_path = pg_temp, public, pg_catalog',
    APPEND,
  );
  expect(await source.query('SELECT id, event::text FROM events ORDER BY id')).toEqual([
    { id: 1n, event: '1' },
    { id: 2n, event: '2' },
  ]);
});
