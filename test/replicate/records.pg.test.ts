import { describe, expect, test } from 'vitest';
import type { RunningCommand } from './command.js';
import { createInstallation, type Installation } from './installation.js';
import { until } from './until.js';

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
