// @ts-nocheck
import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeDatabase } from '../../../src/pg/connection-params.js';
import { HEARTBEAT_RECORD_MS } from '../../../src/replicate/live-records.js';
import type { RunningCommand } from '../../support/commands/command.js';
import { TableLock } from '../../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../../support/installation/installation.js';
import { until } from '../../support/until.js';

/** Appends one event at a time, each as soon as the one before is at the first destination. */
async function appendOneByOne(all: Installation, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await all.untilCopied(await all.append(1));
}

async function stop(command: RunningCommand) {
  command.send('SIGTERM');
  return command.ended();
}

describe('the records of slate-replicator', () => {
  test('are bunyan JSON, line by line, and nothing is said of single passes', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(100);
    await using command = all.startCommand();
    await command.log.until('caught up', { count: 2 });
    await appendOneByOne(all, 30);
    const { stdout, records } = await stop(command);
    expect(records).toHaveLength(stdout.trimEnd().split('\n').length);
    for (const record of records) {
      expect(record).toMatchObject({
        name: 'slate-replicator',
        hostname: expect.any(String),
        pid: command.pid,
        level: 30,
        msg: expect.any(String),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        v: 0,
      });
    }
    const counts: Record<string, number> = {};
    for (const { msg } of records) counts[msg] = (counts[msg] ?? 0) + 1;
    expect(counts).toEqual({
      started: 1,
      'source checked': 1,
      'destination checked': 2,
      'caught up': 2,
      summary: 2,
      ended: 1,
    });
    expect(records.filter(({ msg }) => msg === 'caught up')).toMatchObject([
      { events: 100, from: 1, to: 100 },
      { events: 100, from: 1, to: 100 },
    ]);
    expect(records.filter(({ msg }) => msg === 'summary')).toMatchObject([
      { events: 130, batches: 31, from: 1, to: 130 },
      { events: 130, batches: 31, from: 1, to: 130 },
    ]);
  });

  test('sum up what was copied at most once per destination and logInterval, and only if something was', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const logInterval = 250;
    await using command = all.startCommand([], { config: { logInterval } });
    await command.log.until('caught up', { count: 2 });
    const copiedTo = ({ databaseName }: { databaseName: string }) =>
      command.log.of('copied').filter(({ destination }) => String(destination).endsWith(`/${databaseName}`));
    let appended = 0;
    while (all.destinations.some((each) => copiedTo(each).length < 3)) {
      await all.untilCopied(await all.append(1));
      appended += 1;
    }
    await stop(command);
    for (const destination of all.destinations) {
      const copied = copiedTo(destination);
      const times = copied.map(({ time }) => Date.parse(String(time)));
      // A timer that is late is not late again at its next tick: two records may come a little closer.
      for (const [n, time] of times.slice(1).entries()) {
        expect(time - (times[n] ?? 0)).toBeGreaterThan(logInterval / 2);
      }
      const events = copied.map((record) => Number(record['events']));
      for (const count of events) expect(count).toBeGreaterThan(0);
      expect(events.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(appended);
    }
  });

  test('of every pass are there at debug level', async () => {
    await using all = await createInstallation();
    await using command = all.startCommand([], { env: { LOG_LEVEL: 'debug' } });
    await command.log.until('caught up');
    await appendOneByOne(all, 3);
    await until('all passes were logged', () => command.log.of('batch written').length === 3);
    expect(command.log.of('batch written')).toMatchObject([
      { level: 20, events: 1 },
      { level: 20, events: 1 },
      { level: 20, events: 1 },
    ]);
    expect((await stop(command)).stdout).not.toContain(all.source.password);
  });
});

describe('a heartbeat', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('says every ten minutes where each destination stands, also when nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    await using replicator = all.start({ logIntervalMs: 2 * HEARTBEAT_RECORD_MS });
    await replicator.log.until('caught up', { count: 2 });
    expect(replicator.log.of('heartbeat')).toEqual([]);
    for (const count of [2, 4]) {
      vi.advanceTimersByTime(HEARTBEAT_RECORD_MS - 1);
      expect(replicator.log.of('heartbeat', { level: 30 })).toHaveLength(count - 2);
      vi.advanceTimersByTime(1);
      const beats = await replicator.log.until('heartbeat', { count, level: 30 });
      expect(beats.slice(-2)).toMatchObject(
        all.destinations.map((params) => ({
          destination: describeDatabase(params),
          state: 'live',
          destinationMaxId: 5n,
          sourceMaxId: 5n,
          lagEvents: 0,
          lagSeconds: 0,
        })),
      );
    }
    expect(replicator.log.of('copied')).toEqual([]);
    await replicator.stop();
  });

  test('is there every logInterval at debug level, and never at info level before ten minutes', async () => {
    await using all = await createInstallation();
    await all.append(5);
    const config = { logInterval: 100 };
    await using debugging = all.startCommand([], { config, env: { LOG_LEVEL: 'debug' } });
    await debugging.log.until('caught up');
    const beats = await debugging.log.until('heartbeat', { count: 3, level: 20, state: 'live' });
    expect(beats[2]).toMatchObject({ destinationMaxId: 5, sourceMaxId: 5, lagEvents: 0, lagSeconds: 0 });
    await stop(debugging);
    await using running = all.startCommand([], { config });
    await running.log.until('caught up');
    await all.untilCopied(await all.append(1));
    await running.log.until('copied');
    expect(running.log.of('heartbeat')).toEqual([]);
    await stop(running);
  });
});

test('a summary says how far a destination is behind that cannot follow', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ logIntervalMs: 100 });
  await replicator.log.until('caught up');
  const copied = async () => (await replicator.log.until('copied', { state: 'live' })).at(-1);
  await all.untilCopied(await all.append(7));
  expect(await copied()).toMatchObject({ events: 7, lagEvents: 0, lagSeconds: 0 });
  await using blocked = await TableLock.take(all.destination(), 'SHARE');
  await all.append(30);
  const behind = await replicator.log.until('heartbeat', { lagEvents: 30 });
  expect(behind[0]).toMatchObject({ state: 'live', destinationMaxId: 7n, sourceMaxId: 37n });
  expect(behind[0]?.['lagSeconds']).toBeGreaterThan(0);
  await blocked.release();
  await replicator.log.until('heartbeat', { lagEvents: 0, destinationMaxId: 37n });
  await replicator.stop();
});

test('a run that never began to copy sums up nothing', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(5);
  await all.query(all.destination(1), 'DROP TABLE events');
  const { code, records } = await all.runCommand(['--once']);
  expect(code).toBe(1);
  expect(records.filter(({ msg }) => msg === 'summary')).toEqual([]);
});

test.each([
  ['is empty', 'TRUNCATE events'],
  ['lacks some', 'DELETE FROM events WHERE id > 2'],
  ['lacks nothing', 'SELECT'],
])(
  'with --once a destination that %s is said to have caught up, also with --defer-indexes',
  async (_, sql) => {
    await using all = await createInstallation();
    await all.append(5);
    for (const args of [['--once'], ['--once', '--defer-indexes']]) {
      await all.copyOnce();
      await all.query(all.destination(), sql);
      const { code, records } = await all.runCommand(args);
      expect(code).toBe(0);
      expect(records.filter(({ msg }) => msg === 'caught up')).toHaveLength(1);
    }
  },
);
