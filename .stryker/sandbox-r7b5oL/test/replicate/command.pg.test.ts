// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { describeDatabase } from '../../src/pg/connection-params.js';
import type { CommandResult } from '../support/commands/command.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';

/** What every ending with a complaint has in common. */
function complaint(all: Installation, result: CommandResult): string {
  expect(result.stderr).toMatch(/^slate-replicator: \S/);
  const everything = result.stdout + result.stderr;
  expect(everything).not.toMatch(/^\s+at /m);
  expect(everything).not.toContain(all.source.password);
  expect(result.records.at(-1)).toMatchObject({ level: 60, msg: 'ended' });
  return result.stderr;
}

describe('slate-replicator --once', () => {
  test('copies what is missing, sums it up per destination and ends with 0', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(100);
    await all.copyOnce({ replicationDestinations: [all.destination()] });
    for (let n = 0; n < 3; n++) await all.append(50);
    const { code, records, stderr } = await all.runCommand(['--once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await all.untilEqual();
    const summaries = records.filter(({ msg }) => msg === 'summary');
    expect(summaries).toMatchObject([
      { events: 150, batches: 1, from: 101, to: 250 },
      { events: 250, batches: 1, from: 1, to: 250 },
    ]);
    for (const [index, { destination, bytes, seconds }] of summaries.entries()) {
      expect(destination).toBe(describeDatabase(all.destination(index)));
      expect(bytes).toBeGreaterThan(150 * 200);
      expect(seconds).toBeGreaterThan(0);
    }
  });

  test('copies only up to what was there at its start, and ends while events keep coming', async () => {
    await using all = await createInstallation();
    await all.append(10);
    const ended = new AbortController();
    const more = (async () => {
      while (!ended.signal.aborted) await all.append(1);
    })();
    const { code } = await all.runCommand(['--once']);
    ended.abort();
    await more;
    expect(code).toBe(0);
    expect(await all.count(all.destination())).toBeGreaterThanOrEqual(10);
  });

  test('with onError "retry", a destination that differs is left alone, the others are copied, and it ends with 3', async () => {
    await using all = await createInstallation({ destinations: 3 });
    await all.append(10);
    await all.copyOnce();
    await all.query(all.destination(1), "UPDATE events SET event = '1' WHERE id = 4");
    const before = await all.digest(all.destination(1));
    await all.append(10);
    const { code, records } = await all.runCommand(['--once'], { config: { onError: 'retry' } });
    expect(code).toBe(3);
    await all.untilEqual([all.destination(0), all.destination(2)]);
    expect(await all.digest(all.destination(1))).toBe(before);
    const stopped = records.filter(({ msg }) => msg === 'destination stopped: a person must act');
    expect(stopped).toMatchObject([
      { level: 50, destination: expect.stringContaining(all.destination(1).databaseName) },
    ]);
  });
});

describe('slate-replicator --check', () => {
  test('prints the plan per destination and ends with 0', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(30);
    await all.copyOnce({ replicationDestinations: [all.destination()] });
    await all.query(all.destination(), 'DELETE FROM events WHERE id IN (4, 5)');
    const { code, records, stderr } = await all.runCommand(['--check']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const estimated = { missingBatches: 1, missingBytes: expect.any(Number) };
    expect(records.filter(({ msg }) => msg === 'plan')).toMatchObject([
      { missingEvents: 2, missingRanges: [{ from: 4, to: 5 }], ...estimated },
      { missingEvents: 30, missingRanges: [{ from: 1, to: 30 }], ...estimated },
    ]);
    expect(await all.count(all.destination(1))).toBe(0);
  });
});

describe('slate-replicator ends with a message and', () => {
  test('1 for a wrong password', async (context) => {
    needsPasswordCheck(context);
    await using all = await createInstallation();
    const eventSource = { ...all.source, password: 'wr0ng-secret' };
    const result = await all.runCommand([], { config: { eventSource } });
    expect(result.code).toBe(1);
    const message = complaint(all, result);
    expect(message).toContain(`/${all.source.databaseName} as user "${all.source.user}"`);
    expect(message).toContain('Check user and password');
    expect(result.stdout + result.stderr).not.toContain('wr0ng-secret');
  });

  test('1 for a database that does not exist', async () => {
    await using all = await createInstallation();
    const missing = { ...all.source, databaseName: `${all.source.databaseName}_gone` };
    const result = await all.runCommand([], { config: { replicationDestinations: [missing] } });
    expect(result.code).toBe(1);
    const message = complaint(all, result);
    expect(message).toContain(`database "${missing.databaseName}" does not exist`);
    expect(message).toContain('slate-init-db');
  });

  test('1 for a database that is no source', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const config = { eventSource: all.destination(0), replicationDestinations: [all.destination(1)] };
    const result = await all.runCommand([], { config });
    expect(result.code).toBe(1);
    expect(complaint(all, result)).toContain('is not an event source');
  });

  test.each([[[]], [['--once']], [['--check']]])(
    '3 for a destination that differs, with nothing written (%j)',
    async (args) => {
      await using all = await createInstallation({ destinations: 2 });
      await all.append(10);
      await all.copyOnce();
      await all.query(all.destination(1), "UPDATE events SET event = '1' WHERE id = 4");
      await all.append(10);
      const result = await all.runCommand(args);
      expect(result.code).toBe(3);
      expect(complaint(all, result)).toContain('event 4 has a different "event"');
      expect(await all.count(all.destination(0))).toBe(10);
      expect(await all.count(all.destination(1))).toBe(10);
    },
  );
});

describe('a second slate-replicator', () => {
  test('is refused with 1 and told who writes', async () => {
    await using all = await createInstallation();
    await using first = all.startCommand();
    await first.log.until('caught up');
    const result = await all.runCommand();
    expect(result.code).toBe(1);
    const message = complaint(all, result);
    expect(message).toContain(
      `${all.destination().databaseName} is already written to by another replicator: "slate-replicator/control`,
    );
    expect(message).toMatch(/server process \d+, connected since 20/);
    expect(message).toContain('--standby');
    await all.append(5);
    await all.untilEqual();
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'with --standby waits, and takes over when the first one ends by %s',
    async (signal) => {
      await using all = await createInstallation();
      await all.append(5);
      await using first = all.startCommand();
      await first.log.until('caught up');
      await using second = all.startCommand(['--standby'], { env: { LOG_LEVEL: 'debug' } });
      await second.log.until('state', { state: 'standby' });
      await all.append(5);
      await all.untilEqual();
      expect(second.log.of('destination checked')).toEqual([]);
      first.send(signal);
      await second.log.until('caught up');
      await all.append(5);
      await all.untilEqual();
      // An event is visible before its write is counted: a stop waits for that.
      second.send('SIGTERM');
      const { code, records } = await second.ended();
      expect(code).toBe(0);
      expect(records.filter(({ msg }) => msg === 'summary')).toMatchObject([{ events: 5 }]);
    },
  );
});
