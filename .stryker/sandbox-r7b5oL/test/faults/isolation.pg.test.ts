/** Guarantee 5: with `onError: 'retry'`, N−1 destinations do not notice that one is down, slow, full or read-only. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { spread } from '../../bench/measure/statistics.js';
import { SLAB_BYTES } from '../../src/threads/slabs.js';
import { TableLock } from '../support/databases/table-lock.js';
import {
  makeReadOnly,
  makeWritable,
  pretendDiskIsFull,
  stopPretending,
} from '../support/installation/bad-weather.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { startPostgres } from '../support/postgres/server.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const BAD = 3;
const EVENTS_PER_ROUND = 3_000;

/** Six rounds are more than may be held in memory, and the lanes of one destination can hold all of that. */
const config = { onError: 'retry', memoryBudgetBytes: 2 * 1024 * 1024, lanes: 8 } as const;

/** The good destinations catch up round after round, and the bad one is behind all the time. */
async function expectOthersToKeepUp(all: Installation): Promise<void> {
  for (let round = 0; round < 6; round++) {
    await all.append(EVENTS_PER_ROUND);
    await all.untilEqual(all.destinations.slice(0, BAD));
  }
}

const EVENTS_TIMED = 15;
const SLOWER_TIMES = 5;
/** A machine that does other things at the same time must not matter; waiting for the bad destination takes seconds. */
const SLOWER_BY_MS = 250;

/** Milliseconds from the commit of an event until all good destinations have it: the median of some. */
async function latencyMs(all: Installation): Promise<number> {
  const latencies: number[] = [];
  for (let n = 0; n < EVENTS_TIMED; n++) {
    const id = await all.append(1);
    const committedAt = performance.now();
    await all.untilCopied(id, all.destinations.slice(0, BAD));
    latencies.push(performance.now() - committedAt);
  }
  return spread(latencies).median;
}

async function latencyWithoutBadOne(all: Installation): Promise<number> {
  await using _running = all.start({ ...config, replicationDestinations: all.destinations.slice(0, BAD) });
  await all.append(10);
  await all.untilEqual(all.destinations.slice(0, BAD));
  return await latencyMs(all);
}

function expectUndelayed({ withFaultMs, withoutFaultMs }: Record<'withFaultMs' | 'withoutFaultMs', number>) {
  const described = `events took ${withFaultMs} ms, without the fault ${withoutFaultMs} ms`;
  expect(withFaultMs, described).toBeLessThan(SLOWER_TIMES * withoutFaultMs + SLOWER_BY_MS);
}

interface Weather {
  begin(all: Installation, proxy: FaultProxy): Promise<() => Promise<void> | void>;
}

/** The path carries about ten events a second. */
const slow: Weather = {
  async begin(_, proxy) {
    const throttle = proxy.impose({ kind: 'throttle', bytesPerSecond: 3_000 }, { role: 'write' });
    return () => throttle[Symbol.dispose]();
  },
};

const full: Weather = {
  async begin(all) {
    await pretendDiskIsFull(all.destination(BAD));
    return () => stopPretending(all.destination(BAD));
  },
};

const readOnly: Weather = {
  async begin(all) {
    await makeReadOnly(all.destination(BAD));
    return () => makeWritable(all.destination(BAD));
  },
};

const blackHoled: Weather = {
  async begin(_, proxy) {
    const silence = proxy.impose({ kind: 'swallow' });
    return () => silence[Symbol.dispose]();
  },
};

describe.concurrent('5 isolation: three destinations keep up while the fourth', () => {
  test.each([
    ['is slow', slow],
    ['is full', full],
    ['is read-only', readOnly],
    ['is black-holed', blackHoled],
  ])('%s, and it catches up afterwards', async (_, weather) => {
    await using all = await createInstallation({ destinations: BAD + 1 });
    await using proxy = await FaultProxy.inFrontOf(all.source);
    const replicationDestinations = [...all.destinations.slice(0, BAD), proxy.through(all.destination(BAD))];
    await using running = all.start({ ...config, replicationDestinations });
    await all.append(10);
    await all.untilEqual();
    const withoutFaultMs = await latencyMs(all);
    const end = await weather.begin(all, proxy);
    await expectOthersToKeepUp(all);
    expectUndelayed({ withoutFaultMs, withFaultMs: await latencyMs(all) });
    expect(await all.count(all.destination(BAD))).toBeLessThan(EVENTS_PER_ROUND);
    await end();
    await all.untilEqual();
    expect(running.replicator.destinations.map(({ failure }) => failure)).toEqual(
      Array(BAD + 1).fill(undefined),
    );
  });

  test('holds all the memory that there is, and it catches up afterwards', async () => {
    await using all = await createInstallation({ destinations: BAD + 1 });
    // One batch fills it, however small.
    await using _running = all.start({ ...config, memoryBudgetBytes: SLAB_BYTES });
    await all.untilCopied(await all.append(10));
    const withoutFaultMs = await latencyMs(all);
    const before = await all.count(all.destination(BAD));
    await using lock = await TableLock.take(all.destination(BAD), 'SHARE');
    await all.append(10);
    await lock.untilWaitedFor();
    expectUndelayed({ withoutFaultMs, withFaultMs: await latencyMs(all) });
    expect(await all.count(all.destination(BAD))).toBe(before);
    await lock.release();
    await all.untilEqual();
  });

  test('is down from the start, and it catches up afterwards', async () => {
    await using server = await startPostgres();
    const good = Array.from({ length: BAD }, () => sharedServer());
    await using all = await createInstallation({
      destinations: BAD + 1,
      destinationServers: [...good, server],
    });
    await server.stop('immediate');
    const withoutFaultMs = await latencyWithoutBadOne(all);
    await using running = all.start(config);
    await expectOthersToKeepUp(all);
    expectUndelayed({ withoutFaultMs, withFaultMs: await latencyMs(all) });
    expect(running.replicator.destinations[BAD]?.state).not.toBe('live');
    await server.start();
    await all.untilEqual();
  });
});
