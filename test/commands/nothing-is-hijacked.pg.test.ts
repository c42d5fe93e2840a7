import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { RunningCommand } from '../support/commands/command.js';
import { initDb, reaching } from '../support/commands/run-init-db.js';
import { digest } from '../support/databases/events-table.js';
import { createOriginalDestination, createOriginalSource } from '../support/databases/original-source.js';
import { HIJACKED, plantDecoys } from '../support/databases/plant-decoys.js';
import { asServersReachIt, restoreFrom } from '../support/databases/restore-from.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'slate-decoys-'));
let server: PostgresServer;
let source: ConnectionParams;
let destinations: ConnectionParams[];
let observers: Connection[];

/** All databases of this server are made with decoys, and sessions look into public first unless they say otherwise. */
beforeAll(async () => {
  server = await startPostgres({ settings: { logging_collector: 'on', search_path: 'public, pg_catalog' } });
  {
    await using template = await safely(server.params('template1'));
    await plantDecoys(template);
  }
  source = await createSource(server);
  destinations = [await createDestination(server), await createDestination(server)];
  observers = await Promise.all([source, ...destinations].map(safely));
});
afterAll(async () => {
  for (const observer of observers) await observer[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
});

/** A session of the test that meets no decoy. */
function safely(params: ConnectionParams): Promise<Connection> {
  return connect(params, { applicationName: 'slate-test', connectTimeoutMs: 15_000 });
}

/** What the server's log tells of decoys, until now. */
async function hijackings(): Promise<string[]> {
  const mark = `mark ${process.hrtime.bigint()}`;
  await using session = await safely(server.params('postgres'));
  await session.query(`DO $$ BEGIN RAISE LOG '${mark}'; END $$`);
  let log = '';
  await until('the log was written', async () => {
    const [row] = await session.query<{ log: string }>('SELECT pg_read_file(pg_current_logfile()) AS log');
    log = row?.log ?? '';
    return log.includes(`LOG:  ${mark}`);
  });
  return log.split('\n').filter((line) => HIJACKED.test(line));
}

/** Runs a command on these databases to its end. @returns what it printed. */
async function run(command: string, args: readonly string[] = [], code = 0): Promise<string> {
  await using running = start(command, args);
  const result = await running.ended();
  expect(result.code, `${result.stdout}${result.stderr}`).toBe(code);
  return result.stdout;
}

function start(command: string, args: readonly string[] = []): RunningCommand {
  const config = join(folder, 'config.json');
  const replicationDestinations = destinations.map((params, n) => ({
    ...params,
    notifyDestination: n === 0,
  }));
  writeFileSync(config, JSON.stringify({ eventSource: source, replicationDestinations }));
  return new RunningCommand(command, ['-c', config, ...args]);
}

async function areEqual(): Promise<boolean> {
  return new Set(await Promise.all(observers.map(digest))).size === 1;
}

let before: string[];

test('decoys are met by whoever takes no care', async () => {
  await using careless = await connectTo(destinations[0] as ConnectionParams);
  await expect(careless.query("SELECT json_build_object('id', 1::bigint)")).rejects.toThrow('HIJACKED');
  await careless.query('SET search_path = public, pg_catalog');
  await expect(careless.query("SELECT lower('A')")).rejects.toThrow('HIJACKED');
  await expect(careless.query('SELECT 1 + 1')).rejects.toThrow('HIJACKED');
  await expect(careless.query("SELECT '{}'::jsonb")).rejects.toThrow('invalid input syntax for type integer');
  await expect(careless.query('SELECT relname FROM pg_class')).rejects.toThrow('does not exist');
  before = await hijackings();
  expect(before.length).toBeGreaterThan(2);
});

test('slate-init-db creates databases that work, and meets none', async () => {
  for (const type of ['source', 'destination']) {
    const args = [...reaching(server), '-n', `made_${type}`, '-t', type];
    expect(await initDb(args)).toMatchObject({ code: 0, stderr: '' });
  }
});

test('slate-init-db --upgrade meets none', async () => {
  const original = await createOriginalSource(server);
  const args = [...reaching(server), '-n', original.databaseName, '--upgrade'];
  expect(await initDb(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('Upgraded') });
  await using session = await safely(original);
  await session.query("SELECT public.append_events('{1}')");
  expect(await initDb(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to do') });
});

test('the functions of a source meet none, however the session is set', async () => {
  const params = await createSource(server);
  for (const path of ['public, pg_catalog', '"$user", public', 'pg_catalog, public']) {
    await using session = await safely(params);
    await session.query("SELECT set_config('search_path', $1, false)", [path]);
    await session.query("SELECT public.append_events('{1,2}')");
    await session.query(
      `SELECT public.insert_events('($1[1], $2, ''{"a": "$1[9]"}''), ($1[2], $2, ''{}'')')`,
    );
    await expect(session.query('DELETE FROM public.events')).rejects.toThrow('events are immutable');
  }
});

test('the function of a destination meets none, however the session is set, and however the destination was made', async () => {
  const [given] = destinations as [ConnectionParams];
  const older = await createOriginalDestination(server);
  const args = [...reaching(server), '-n', older.databaseName, '--upgrade'];
  expect(await initDb(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('Upgraded') });
  for (const params of [given, older]) {
    for (const path of ['public, pg_catalog', '"$user", public', 'pg_catalog, public']) {
      await using session = await safely(params);
      await session.query("SELECT set_config('search_path', $1, false)", [path]);
      expect(await session.query('SELECT public.wait_for_event(1, 20) AS here')).toEqual([{ here: false }]);
      await expect(session.query('SELECT public.wait_for_event(1, -1)')).rejects.toThrow('is not negative');
    }
  }
});

test('insert_events meets none after a text that needed the search_path of its caller', async () => {
  await using session = await safely(await createSource(server));
  await session.query(
    "CREATE FUNCTION public.own() RETURNS jsonb LANGUAGE sql AS $$ SELECT '1'::pg_catalog.jsonb $$",
  );
  const text = '($1[1], $2, own()), ($1[2], $2, \'{"a": "$1[9]"}\')';
  expect(await session.query('SELECT public.insert_events($1) AS rows', [text])).toEqual([{ rows: 2 }]);
});

test('loaders meet none', async () => {
  const persons = ['--count-person', '20', '--count-filler', '100', '--count-person-delete', '5'];
  await run('slate-load-person-data', persons);
  await run('slate-load-perf-test-data', ['--events', '300', '--loaders', '2']);
});

test('slate-replicator --check, --once and --defer-indexes meet none', async () => {
  await run('slate-replicator', ['--check']);
  await run('slate-replicator', ['--once', '--defer-indexes']);
  expect(await areEqual()).toBe(true);
  await run('slate-replicator', ['--once']);
});

test('slate-replicator meets none while it runs, nor does a second one that is refused', async () => {
  await using running = start('slate-replicator', ['--standby']);
  await running.log.until('caught up');
  for (let n = 0; n < 3; n++) {
    await run('slate-load-perf-test-data', ['--events', '40']);
    await until('all were copied', areEqual);
  }
  await run('slate-replicator', ['--once'], 1);
  running.send('SIGINT');
  expect((await running.ended()).code).toBe(0);
});

test('slate-eventsDiff compares, validates and repairs, and a replicator finds what differs: they meet none', async () => {
  await run('slate-events-diff', ['--common', '--validate-tables']);
  await observers[1]?.query("UPDATE public.events SET event = '{}' WHERE id = 3");
  await observers[1]?.query("UPDATE public.events SET ts = ts + interval '1 microsecond' WHERE id = 1");
  await observers[2]?.query('DELETE FROM public.events WHERE id IN (5, 6)');
  await run('slate-events-diff', [], 1);
  await run('slate-events-diff', ['--json'], 1);
  await run('slate-replicator', ['--check'], 3);
  await run('slate-events-diff', ['--repair', '--yes']);
  expect(await areEqual()).toBe(true);
});

test('slate-status meets none, whether there are gaps or not', async () => {
  await run('slate-status', []);
  await observers[1]?.query('DELETE FROM public.events WHERE id = 2');
  await run('slate-status', ['--max-lag-events', '0'], 1);
  await run('slate-replicator', ['--once']);
  await run('slate-status', ['--quick']);
});

test('restore_events meets none, neither at the source nor at the replica', async () => {
  const [replica] = destinations;
  await using lost = await safely(await createSource(server));
  await lost.query('SET search_path = public, pg_catalog');
  const reached = {
    ...(replica as ConnectionParams),
    ...(await asServersReachIt(observers[0] as Connection)),
  };
  await restoreFrom(lost, reached);
  await using session = await safely(server.params(lost.where.split('/')[1] ?? ''));
  expect(await digest(session)).toBe(await digest(observers[1] as Connection));
});

test('in all this no decoy was met', async () => {
  expect(await hijackings()).toEqual(before);
});
