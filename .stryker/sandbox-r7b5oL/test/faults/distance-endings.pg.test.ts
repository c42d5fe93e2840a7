/** Whoever writes to a far destination, or the server there, ends while many writes are under way. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { TableLock } from '../support/databases/table-lock.js';
import { appendOneByOne, holdWrites, live, startFarProxy } from '../support/installation/far-destination.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { PrefixObserver } from '../support/installation/prefix-observer.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

const EVENTS = ['"a"', '"b"', '"c"', '"d"', '"e"'];
const HELD_BEFORE = 2;

async function withObserver(all: Installation, work: () => Promise<void>): Promise<void> {
  const observer = new PrefixObserver(all.source, all.destination());
  await work().finally(() => observer.stop());
  expect(observer.violations).toEqual([]);
}

/** Those of the sessions that write at the destination. */
function writers(all: Installation): Promise<unknown[]> {
  return all.query(
    all.destination(),
    `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator:')`,
  );
}

/** What was on its way when its session was ended arrives, and the sessions are gone. */
async function untilNothingIsOnItsWay(all: Installation): Promise<void> {
  await until('no session wrote any more', async () => (await writers(all)).length === 0);
}

/** All that it copied was confirmed, and it was no more than that. */
async function untilCounted({ replicator }: RunningReplicator, events: number): Promise<void> {
  const [destination] = replicator.destinations;
  await until('all that was copied was counted', () => (destination?.copied.events ?? 0) >= events);
  expect(destination?.copied.events).toBe(events);
}

describe.concurrent('4 once: a stop with many writes under way', () => {
  test('leaves none of them to be done later, where none has arrived', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    await using replicator = await live(all, far.proxy);
    await withObserver(all, async () => {
      const held = holdWrites(far.proxy, 'to-server');
      await appendOneByOne(all, replicator, EVENTS);
      await replicator.stop();
      held[Symbol.dispose]();
      await untilNothingIsOnItsWay(all);
      expect(await all.count(all.destination())).toBe(HELD_BEFORE);
      await all.copyOnce();
      await all.untilEqual();
    });
  });

  test('writes none of them again, where all are committed and no reply has come', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    await using replicator = await live(all, far.proxy);
    using _held = holdWrites(far.proxy, 'to-client');
    await appendOneByOne(all, replicator, EVENTS);
    await all.untilCopied(BigInt(HELD_BEFORE + EVENTS.length));
    await replicator.stop();
    await using again = all.start({ once: true });
    await again.ended();
    expect(again.replicator.destinations[0]?.copied.events).toBe(0);
    await all.untilEqual();
  });

  test.each([
    ['10 ms away', 10],
    ['300 ms away', 300],
  ])('leaves none of them to be done later, where they wait for a lock: %s', async (_, oneWayMs) => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all, oneWayMs);
    await using replicator = await live(all, far.proxy);
    await using lock = await TableLock.take(all.destination(), 'SHARE');
    await appendOneByOne(all, replicator, EVENTS);
    await lock.untilWaitedFor();
    await replicator.stop();
    await lock.release();
    await untilNothingIsOnItsWay(all);
    expect(await all.count(all.destination())).toBe(HELD_BEFORE);
  });
});

describe.concurrent('4 once: a replicator with --standby that takes over while many writes are under way', () => {
  test.each(['to-server', 'to-client'] as const)(
    'writes what is missing, in order, when the one that wrote is killed: %s',
    async (direction) => {
      await using all = await createInstallation();
      await using far = await startFarProxy(all);
      await all.append(HELD_BEFORE);
      await using first = all.startCommand(['--standby'], {
        config: { replicationDestinations: [far.params] },
      });
      await first.log.until('caught up');
      await using second = all.start({ standby: true });
      await second.log.until('state', { state: 'standby' });
      await withObserver(all, async () => {
        const held = holdWrites(far.proxy, direction);
        for (const event of EVENTS) await all.append([event]);
        const committed = direction === 'to-client' ? EVENTS.length : 0;
        if (committed > 0) await all.untilCopied(BigInt(HELD_BEFORE + EVENTS.length));
        first.send('SIGKILL');
        await second.log.until('caught up');
        held[Symbol.dispose]();
        await all.append(1);
        await all.untilEqual();
        await untilCounted(second, EVENTS.length - committed + 1);
      });
    },
  );

  test('writes what is missing, in order, when the one that wrote is cut off and lives on', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    await using first = await live(all, far.proxy, { standby: true, heartbeatIntervalMs: 4_000 });
    await using second = all.start({ standby: true });
    await second.log.until('state', { state: 'standby' });
    await withObserver(all, async () => {
      const held = holdWrites(far.proxy, 'to-server');
      await appendOneByOne(all, first, EVENTS);
      const lost = far.proxy.impose({ kind: 'swallow' }, { role: 'control', openNow: true });
      await second.log.until('caught up');
      held[Symbol.dispose]();
      lost[Symbol.dispose]();
      await all.append(1);
      await all.untilEqual();
      await untilCounted(second, EVENTS.length + 1);
    });
  });
});

test.each([
  ['nothing is written again where commits are flushed', 'on'],
  ['what it lost is written again where they are not', 'off'],
] as const)(
  '4 once: a server that commits and dies before it has replied: %s',
  async (_, synchronousCommit) => {
    await using server = await startPostgres();
    await using all = await createInstallation({ destinationServers: [server] });
    await using far = await startFarProxy(all);
    await using replicator = await live(all, far.proxy, { synchronousCommit });
    const held = holdWrites(far.proxy, 'to-client');
    await appendOneByOne(all, replicator, EVENTS);
    await all.untilCopied(BigInt(HELD_BEFORE + EVENTS.length));
    await server.stop('immediate');
    far.proxy.cut();
    held[Symbol.dispose]();
    await server.start();
    await all.append(1);
    await all.untilEqual();
    if (synchronousCommit === 'on') await untilCounted(replicator, HELD_BEFORE + 1);
    expect(replicator.log.of('destination stopped: a person must act')).toEqual([]);
  },
);
