/**
 * Every command, whatever it waits for: the first SIGINT or SIGTERM ends it within two seconds with the exit code that
 * docs/commands.md names, and what it waited for is not done later. Without handlers of its own a process ends with no exit code
 * here, and as process 1 of a container not at all.
 */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { RunningCommand as Command, type RunningCommand } from '../support/commands/command.js';
import { TableLock } from '../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { MuteServer } from '../support/network/mute-server.js';
import { connectTo } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type StopSignal = (typeof SIGNALS)[number];

const PERSON = ['slate-load-person-data', '--count-person', '1', '--count-filler', '1'] as const;
const PERF = ['slate-load-perf-test-data', '--events', '10'] as const;
const INIT_DB = 'slate-init-db';

async function expectEndOf(command: RunningCommand, signal: StopSignal, code: number) {
  const stoppedAt = performance.now();
  command.send(signal);
  const result = await command.ended();
  expect(result).toMatchObject({ code, stderr: expect.not.stringContaining('did not wait') });
  expect(performance.now() - stoppedAt).toBeLessThan(2_000);
  return result;
}

async function noSessionsIn(all: Installation): Promise<void> {
  await until('all sessions of the command were gone', async () => {
    const own = (await all.foreignSessions()).filter((session) => !session.includes('slate-test'));
    return own.length === 0;
  });
}

async function buildersOf(all: Installation): Promise<number> {
  const waiting = await all.query(
    all.destination(),
    "SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'",
  );
  return waiting.length;
}

const lines = (text: string) => text.trimEnd().split('\n');

describe.each(SIGNALS)('%s ends', (signal) => {
  test.each([
    ['slate-replicator', '--check'],
    ['slate-replicator', '--once'],
    ['slate-replicator', '--standby'],
    ['slate-replicator', ''],
  ])('%s %s that waits for a lock with 0', async (file, option) => {
    await using all = await createInstallation();
    await all.append(5);
    await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
    await using command = new Command(file, ['-c', all.writeConfig(), ...(option ? [option] : [])]);
    await lock.untilWaitedFor();
    const { records } = await expectEndOf(command, signal, 0);
    expect(records.at(-1)).toMatchObject({ level: 30, msg: 'ended', reason: `stopped by ${signal}` });
    await noSessionsIn(all);
  });

  test('a slate-replicator whose write waits for a lock, and the write is not done later', async () => {
    await using all = await createInstallation();
    await all.append(5);
    await using command = all.startCommand();
    await all.untilEqual();
    await command.log.until('caught up');
    await using lock = await TableLock.take(all.destination(), 'SHARE');
    await all.append(1);
    await lock.untilWaitedFor();
    await expectEndOf(command, signal, 0);
    await noSessionsIn(all);
    await lock.release();
    expect(await all.count(all.destination())).toBe(5);
  });

  test('a slate-replicator that waits to build an index, and the index is not built later', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 10; n++) await all.append(2_000);
    await using command = all.startCommand(['--defer-indexes']);
    await command.log.until('indexes wait until the destination has caught up');
    await using session = await connectTo(all.destination());
    // An index is not built beside a transaction that writes.
    await session.query('BEGIN; LOCK TABLE events IN ROW EXCLUSIVE MODE');
    await until('a builder waited', async () => (await buildersOf(all)) > 0);
    await expectEndOf(command, signal, 0);
    await noSessionsIn(all);
  });

  test.each([
    ['alone', '1'],
    ['with other transactions behind it', '3'],
  ])('a loader whose call waits for a lock, %s, and nothing is written later', async (_, loaders) => {
    await using all = await createInstallation();
    await using lock = await TableLock.take(all.source, 'ACCESS EXCLUSIVE', 'id');
    const args = ['-c', all.writeConfig(), '--loaders', loaders, '--operations-per-transaction', '1'];
    await using command = new Command('slate-load-person-data', args);
    await lock.untilWaitedFor();
    const { stdout } = await expectEndOf(command, signal, 0);
    expect(lines(stdout).at(-1)).toMatch(/^Stopped\. Wrote 0 events .*\/s\), whole operations only\.$/);
    await noSessionsIn(all);
    await lock.release();
    expect(await all.count(all.source)).toBe(0);
  });

  test('slate-eventsDiff that waits for a lock with 2', async () => {
    await using all = await createInstallation();
    await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
    await using command = new Command('slate-events-diff', ['-c', all.writeConfig()]);
    await lock.untilWaitedFor();
    const { stderr } = await expectEndOf(command, signal, 2);
    expect(stderr).toBe(`slate-eventsDiff: stopped by ${signal}\n`);
    await noSessionsIn(all);
  });

  test('slate-eventsDiff --repair that waits for a lock with 2, and repairs nothing', async () => {
    await using all = await createInstallation();
    await all.append(5);
    await using lock = await TableLock.take(all.destination(), 'SHARE');
    await using command = new Command('slate-events-diff', ['-c', all.writeConfig(), '--repair', '--yes']);
    await lock.untilWaitedFor();
    await expectEndOf(command, signal, 2);
    await noSessionsIn(all);
    await lock.release();
    expect(await all.count(all.destination())).toBe(0);
  });

  test('slate-init-db --upgrade that waits for a lock with 1, and lets go of its place in the queue', async () => {
    await using all = await createInstallation();
    const { host, port, user = '', password = '', databaseName } = all.source;
    // Something for the upgrade to do, and to lock the table for.
    await all.query(
      all.source,
      `DROP TRIGGER check_sql_command ON events; CREATE TRIGGER check_sql_command BEFORE UPDATE OR DELETE ON events
         FOR EACH STATEMENT EXECUTE FUNCTION filter_sql_command()`,
    );
    await using lock = await TableLock.take(all.source, 'SHARE');
    const reaching = ['--host', host, '--port', String(port), '--user', user, '--password', password];
    await using command = new Command(INIT_DB, [...reaching, '-n', databaseName, '--upgrade']);
    await lock.untilWaitedFor();
    const { stderr } = await expectEndOf(command, signal, 1);
    expect(stderr).toContain(`slate-init-db: stopped by ${signal}: nothing was left behind\n`);
    await noSessionsIn(all);
  });

  test('slate-init-db while the server waits to create the database with 1, and there will be none', async () => {
    await using server = await startPostgres();
    const { host, port, user, password } = server;
    const reaching = ['--host', host, '--port', String(port), '--user', user, '--password', password];
    await using observer = await connectTo(server.params('postgres'));
    const underWay = () =>
      observer.query("SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%' AND state = 'active'");
    // For five seconds the server waits for this session to end, because the template is in use.
    await using _template = await connectTo(server.params('template1'));
    await using command = new Command(INIT_DB, [...reaching, '-n', 'never', '-t', 'source']);
    await until('the server had begun', async () => (await underWay()).length > 0);
    const { stderr } = await expectEndOf(command, signal, 1);
    expect(stderr).toBe(`slate-init-db: stopped by ${signal}: nothing was left behind\n`);
    await until('the server had given up', async () => (await underWay()).length === 0);
    expect(await observer.query("SELECT FROM pg_database WHERE datname = 'never'")).toEqual([]);
  });

  test.each([
    ['slate-replicator', [], 0],
    ['slate-replicator', ['--check'], 0],
    ['slate-replicator', ['--once'], 0],
    ['slate-events-diff', [], 2],
    [PERSON[0], PERSON.slice(1), 0],
    [PERF[0], PERF.slice(1), 0],
  ])('%s %j that waits for a mute server', async (file, args, code) => {
    await using mute = await MuteServer.start();
    await using all = await createInstallation();
    const [eventSource, destination] = [all.source, all.destination()];
    const connectTimeout = 3_600_000;
    const config = all.writeConfig({
      connectTimeout,
      eventSource: { ...eventSource, ...mute.place },
      replicationDestinations: [{ ...destination, ...mute.place }],
    });
    await using command = new Command(file, ['-c', config, ...args]);
    await until('it had connected', () => mute.isWaitedFor);
    await expectEndOf(command, signal, code);
  });

  test.each(['create', 'upgrade'])('slate-init-db that is to %s at a mute server with 1', async (what) => {
    await using mute = await MuteServer.start();
    const { host, port } = mute.place;
    const options = ['--host', host, '--port', String(port), '--user', 'u', '--password', 'p'];
    const action = what === 'create' ? ['-t', 'source'] : ['--upgrade'];
    const timeout = ['--connect-timeout', '3600000'];
    await using command = new Command(INIT_DB, [...options, '-n', 'never', ...action, ...timeout]);
    await until('it had connected', () => mute.isWaitedFor);
    await expectEndOf(command, signal, 1);
  });

  test.each([
    ['slate-replicator', [], 0],
    ['slate-replicator', ['--dry-run'], 0],
    ['slate-replicator', ['--check'], 0],
    ['slate-events-diff', [], 2],
    [PERSON[0], PERSON.slice(1), 0],
    [PERF[0], PERF.slice(1), 0],
  ])('%s %j whose configuration file never comes to an end', async (file, args, code) => {
    await using all = await createInstallation();
    const config = all.writeFile(
      'endless.mjs',
      `console.log('{"msg":"loading"}'); setInterval(() => {}, 1000); await new Promise(() => {});`,
    );
    await using command = new Command(file, ['-c', config, ...args]);
    await command.log.until('loading');
    await expectEndOf(command, signal, code);
  });
});
