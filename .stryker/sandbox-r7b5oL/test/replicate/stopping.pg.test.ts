// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { TableLock } from '../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Ten transactions of two thousand events each for every ten thousand. */
async function appendMany(all: Installation, transactions: number): Promise<void> {
  for (let n = 0; n < transactions; n++) await all.append(2_000);
}

/** The destination is a prefix of the source that ends where a transaction ends. */
async function expectWholeTransactions(all: Installation): Promise<void> {
  const count = await all.count(all.destination());
  expect(count % 2_000).toBe(0);
  const [row] = await all.query<{ last: bigint | null }>(
    all.destination(),
    'SELECT max(id) AS last FROM events',
  );
  expect(Number(row?.last ?? 0n)).toBe(count);
}

describe('slate-replicator', () => {
  test.each(SIGNALS)('ends with 0 within two seconds of %s when it has nothing to do', async (signal) => {
    await using all = await createInstallation({ destinations: 2 });
    await using command = all.startCommand();
    await command.log.until('caught up', { count: 2 });
    const stoppedAt = performance.now();
    command.send(signal);
    const { code, stderr, records } = await command.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
    expect(records.filter(({ msg }) => msg === 'summary')).toHaveLength(2);
    expect(records.at(-1)).toMatchObject({ level: 30, msg: 'ended', reason: `stopped by ${signal}` });
  });

  test.each(SIGNALS)(
    'ends with 0 within two seconds of %s during a backfill, with nothing half-written',
    async (signal) => {
      await using all = await createInstallation();
      await appendMany(all, 30);
      await using command = all.startCommand();
      await until('the backfill had begun', async () => (await all.count(all.destination())) > 0);
      const stoppedAt = performance.now();
      command.send(signal);
      const { code, stderr, records } = await command.ended();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(performance.now() - stoppedAt).toBeLessThan(2_000);
      await expectWholeTransactions(all);
      const copied = await all.count(all.destination());
      expect(copied).toBeLessThan(60_000);
      expect(records.find(({ msg }) => msg === 'summary')).toMatchObject({ events: copied });
      await all.copyOnce();
      await all.untilEqual();
    },
  );

  test('ends with 0 within two seconds also when a destination does not let it write', async () => {
    await using all = await createInstallation();
    await appendMany(all, 5);
    await using lock = await TableLock.take(all.destination(), 'SHARE');
    await using command = all.startCommand();
    await lock.untilWaitedFor();
    const stoppedAt = performance.now();
    command.send('SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
    await lock.release();
    await until('the sessions were gone', async () => (await all.foreignSessions()).length === 0);
    expect(await all.count(all.destination())).toBe(0);
  });

  test('ends with 0 within two seconds also when the path to a destination is slow', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await appendMany(all, 20);
    await using proxy = await FaultProxy.inFrontOf(all.source);
    proxy.impose({ kind: 'throttle', bytesPerSecond: 5_000 }, { role: 'write' });
    const replicationDestinations = [all.destination(0), proxy.through(all.destination(1))];
    await using command = all.startCommand([], { config: { replicationDestinations, onError: 'retry' } });
    await all.untilEqual([all.destination(0)]);
    const stoppedAt = performance.now();
    command.send('SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
    expect(await all.count(all.destination(1))).toBe(0);
  });

  test('ends at once with the second signal', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using lock = await TableLock.take(all.destination(), 'SHARE');
    await using command = all.startCommand();
    await lock.untilWaitedFor();
    for (const signal of SIGNALS) command.send(signal);
    const { code } = await command.ended();
    expect([128 + 2, 128 + 15]).toContain(code);
    await lock.release();
    await until('the sessions were gone', async () => (await all.foreignSessions()).length === 0);
    // The server may not have noticed, and then it finishes the one statement that it was given.
    expect([0, 10]).toContain(await all.count(all.destination()));
  });

  test('ends with 0 within two seconds also while it is validating', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
    await using command = all.startCommand();
    await lock.untilWaitedFor();
    const stoppedAt = performance.now();
    command.send('SIGINT');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
  });

  test('ends with 0 within two seconds also while the source does not let it look', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using lock = await TableLock.take(all.source, 'ACCESS EXCLUSIVE');
    await using command = all.startCommand();
    await lock.untilWaitedFor();
    const stoppedAt = performance.now();
    command.send('SIGINT');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
  });
});
