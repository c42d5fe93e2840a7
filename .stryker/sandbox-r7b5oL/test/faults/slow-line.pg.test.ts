/** Lines that are long, narrow and silent at times: no path is called dead that is not, and nobody else waits. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { startDistance } from '../support/network/distance.js';
import type { Line } from '../support/network/line.js';

/** To another continent and back. */
const LONG: Line = { oneWayMs: 150 };
const BAD: Line = { oneWayMs: 150, megabitsPerSecond: 20, stalls: { everyMs: 6_000, forMs: 3_000 } };

/** What TCP makes of a shorter silence: it sends again what was lost, later and later. */
const SILENT: Line = { oneWayMs: 150, stalls: { everyMs: 15_000, forMs: 7_500 } };
/** So long a sign of life may take on a short way. */
const LONG_SILENCE_MS = 5_000;

/** What says that a session or a destination was given up. */
const GIVEN_UP = /trying again|cannot listen|must act|cannot ask/;

function expectNothingGivenUp({ log }: RunningReplicator): void {
  expect(log.all.filter(({ msg }) => GIVEN_UP.test(msg))).toEqual([]);
}

/** Six megabytes, in some transactions. */
const LOADS = 12;
const LOAD_EVENTS = 500;

/** A transaction of events of 1 KB. */
function appendLarge(all: Installation, events: number): Promise<unknown> {
  return all.query(
    all.source,
    `SELECT append_events(array_agg(jsonb_build_object('n', n, 'text', repeat(md5(random()::text), 32))))
       FROM generate_series(1, $1::int) AS n`,
    [events],
  );
}

describe.concurrent('over a line of 300 ms, 20 Mbit/s and three silent seconds in six', () => {
  test.each([
    ['with all at their defaults', {}],
    ['with small batches and one thread', { maxEventsPerWrite: 500, lanes: 1, threads: 1 }],
    ['with the heartbeat as often as it may be', { heartbeatIntervalMs: 1_000 }],
  ])('a first load comes to its end in the first attempt: %s', async (_, overrides) => {
    await using all = await createInstallation();
    await using bad = await startDistance(all.destination(), BAD);
    for (let n = 0; n < LOADS; n++) await appendLarge(all, LOAD_EVENTS);
    const replicationDestinations = [bad.through(all.destination())];
    await using replicator = all.start({ onError: 'retry', ...overrides, replicationDestinations });
    await all.untilEqual();
    await replicator.log.until('caught up');
    expectNothingGivenUp(replicator);
  });

  test('a transaction too large for memory comes to its end in the first attempt', async () => {
    await using all = await createInstallation();
    await using bad = await startDistance(all.destination(), BAD);
    await all.append(1);
    const replicationDestinations = [bad.through(all.destination())];
    await using replicator = all.start({
      onError: 'retry',
      memoryBudgetBytes: 4 * 1024 * 1024,
      replicationDestinations,
    });
    await replicator.log.until('caught up');
    await appendLarge(all, 8_000);
    await replicator.log.until('piping a transaction too large for memory');
    await all.untilEqual();
    expectNothingGivenUp(replicator);
  });

  test('5 isolation: a near destination has everything, and follows, while the far one is being loaded', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using bad = await startDistance(all.destination(1), BAD);
    for (let n = 0; n < LOADS; n++) await appendLarge(all, LOAD_EVENTS);
    const far = bad.through(all.destination(1));
    await using replicator = all.start({
      onError: 'retry',
      memoryBudgetBytes: 4 * 1024 * 1024,
      replicationDestinations: [all.destination(0), far],
    });
    await all.untilEqual([all.destination(0)]);
    await all.untilCopied(await all.append(1), [all.destination(0)]);
    expect(await all.count(all.destination(1))).toBeLessThan(LOADS * LOAD_EVENTS);
    await all.untilEqual();
    expectNothingGivenUp(replicator);
  });
});

describe.concurrent('over a line of 300 ms', () => {
  test('a first load comes to its end in the first attempt', async () => {
    await using all = await createInstallation();
    await using distance = await startDistance(all.destination(), LONG);
    for (let n = 0; n < 20; n++) await all.append(2_000);
    const replicationDestinations = [distance.through(all.destination())];
    await using replicator = all.start({ replicationDestinations });
    await all.untilEqual();
    expectNothingGivenUp(replicator);
  });

  test('that is silent for longer than a short one may be, no session is given up', async () => {
    await using all = await createInstallation();
    await using distance = await startDistance(all.destination(), SILENT);
    const replicationDestinations = [distance.through(all.destination())];
    await using replicator = all.start({
      onError: 'retry',
      heartbeatIntervalMs: 1_000,
      replicationDestinations,
    });
    await replicator.log.until('caught up');
    for (let silences = 0; silences < 2; ) {
      const sentAt = performance.now();
      await all.untilCopied(await all.append(1));
      if (performance.now() - sentAt > LONG_SILENCE_MS) silences += 1;
    }
    expectNothingGivenUp(replicator);
  });
});
