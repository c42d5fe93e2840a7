/** Several threads that write: each destination has one of them, and nobody sees that there are more. */
// @ts-nocheck

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { PrefixObserver } from '../support/installation/prefix-observer.js';

const LANES = 2;

async function writerSessions(all: Installation): Promise<number[]> {
  const counts = all.destinations.map(async (destination) => {
    const sessions = await all.query(
      destination,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator:')`,
    );
    return sessions.length;
  });
  return Promise.all(counts);
}

test('1 prefix, 3 byte-equal: with three threads for four destinations, in lanes, through the pipe and live', async () => {
  await using all = await createInstallation({ destinations: 4 });
  for (let n = 0; n < 12; n++) await all.append(300);
  const observers = all.destinations.map((destination) => new PrefixObserver(all.source, destination));
  await using running = all.start({
    threads: 3,
    lanes: LANES,
    maxEventsPerWrite: 1_000,
    memoryBudgetBytes: 4_000_000,
    onError: 'retry',
  });
  await running.log.until('caught up', { count: 4 });
  await all.append(20_000);
  await all.untilEqual();
  for (let n = 0; n < 10; n++) await all.untilCopied(await all.append(1 + n));
  await all.untilEqual();
  await Promise.all(observers.map((observer) => observer.stop()));
  expect(observers.flatMap(({ violations }) => violations)).toEqual([]);
  expect(running.log.of('piping a transaction too large for memory')).toHaveLength(4);
  // A destination whose writes went now to this thread and now to that one would have sessions in each.
  for (const sessions of await writerSessions(all)) expect(sessions).toBeLessThanOrEqual(LANES);
  expect(running.log.of('destination failed: trying again')).toEqual([]);
});

test('as many threads write as were asked for', async ({ skip }) => {
  skip(process.platform !== 'linux', 'Only Linux has /proc.');
  await using all = await createInstallation({ destinations: 3 });
  await all.append(10);
  const threadsOf = async (threads: number) => {
    await using command = all.startCommand([], { config: { threads } });
    await command.log.until('caught up', { count: 3 });
    return readdirSync(`/proc/${command.pid}/task`).length;
  };
  const withOne = await threadsOf(1);
  expect(await threadsOf(3)).toBe(withOne + 2);
});
