/** A source far away: each notification has its own read, which does not wait for replies to those before it. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { NOTED_EVENTS } from '../../src/source/read-newest.js';
import { createInstallation, type StartOptions } from '../support/installation/installation.js';
import { PrefixObserver } from '../support/installation/prefix-observer.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { startDistance } from '../support/network/distance.js';
import type { Direction } from '../support/network/proxied-link.js';
import { FaultProxy } from '../support/network/proxy.js';
import { RoundTrips } from '../support/network/round-trips.js';
import { sharedServer } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

const ONE_WAY_MS = 10;
const MIB = 1024 * 1024;
/** Held replies must not pass for a dead path, and nobody else asks meanwhile. */
const UNDISTURBED = { heartbeatIntervalMs: 600_000, logIntervalMs: 600_000, pollIntervalMs: 600_000 };

/** A live replicator whose source lies behind a proxy and a long way; three events were copied, the last two read by themselves. */
async function live(overrides: StartOptions = {}, destination?: FaultProxy) {
  const all = await createInstallation();
  const replicationDestinations = destination ? [destination.through(all.destination())] : all.destinations;
  const trips = await RoundTrips.to(all.source);
  const distance = await startDistance(trips.near(all.source), ONE_WAY_MS);
  const proxy = await FaultProxy.inFrontOf(distance.through(all.source));
  await all.append(1);
  const eventSource = proxy.through(all.source);
  const replicator = all.start({ ...UNDISTURBED, ...overrides, replicationDestinations, eventSource });
  await replicator.log.until('caught up');
  await until('it listened', async () => {
    const listening = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
    return (await all.query(all.source, listening)).length === 1;
  });
  for (const id of [2n, 3n]) {
    await all.append(1);
    await all.untilCopied(id);
  }
  return {
    all,
    proxy,
    replicator,
    /** Lets something happen in the source, and waits until the source has answered the read that a notification of it sent. */
    async untilRead(happen: () => Promise<unknown>): Promise<void> {
      const before = readsIn(trips);
      await happen();
      await until('the source had answered', () => readsIn(trips) > before && trips.isAnswered);
    },
    async [Symbol.asyncDispose]() {
      await replicator[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await distance[Symbol.asyncDispose]();
      await trips[Symbol.asyncDispose]();
      await all[Symbol.asyncDispose]();
    },
  };
}

function readsIn({ executed }: RoundTrips): number {
  return executed.filter((name) => name === NOTED_EVENTS.name).length;
}

function hold(proxy: FaultProxy, direction: Direction): Disposable {
  return proxy.impose({ kind: 'hold' }, { role: 'read', direction });
}

function changes({ log }: RunningReplicator): unknown[] {
  return log.all.filter(({ msg }) => msg.startsWith('source changed'));
}

describe.concurrent('a source far away', () => {
  test('is asked once for what a notification tells of', async () => {
    await using far = await live();
    const { all, proxy, untilRead } = far;
    const replies = hold(proxy, 'to-client');
    await untilRead(() => all.append(1));
    using _questions = hold(proxy, 'to-server');
    replies[Symbol.dispose]();
    await all.untilCopied(4n);
  });

  test('is asked for what comes next though no reply to what was asked before has come, and for nothing twice', async () => {
    await using far = await live();
    const { all, proxy, replicator, untilRead } = far;
    const before = replicator.replicator.source.rowsServed;
    const replies = hold(proxy, 'to-client');
    for (let n = 0; n < 4; n++) await untilRead(() => all.append(1));
    using _questions = hold(proxy, 'to-server');
    replies[Symbol.dispose]();
    await all.untilCopied(7n);
    expect(replicator.replicator.source.rowsServed - before).toBe(4);
    expect(changes(replicator)).toEqual([]);
  });

  test('7 refusal: one that loses events between two reads that are under way has nothing written of the second', async () => {
    await using far = await live();
    const { all, proxy, replicator, untilRead } = far;
    const replies = hold(proxy, 'to-client');
    await untilRead(() => all.append(['"kept"']));
    await untilRead(() =>
      all.query(
        all.source,
        `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM events WHERE id = 4; UPDATE id SET id = 4;
         SET LOCAL session_replication_role = origin; SELECT append_events(ARRAY['"other"', '"behind"']::jsonb[]); COMMIT`,
      ),
    );
    replies[Symbol.dispose]();
    expect(String(await replicator.failure())).toContain('event 4 has a different "event"');
    expect(changes(replicator)).toHaveLength(1);
    const events = await all.query(all.destination(), 'SELECT id, event::text FROM events WHERE id > 3');
    expect(events).toEqual([{ id: 4n, event: '"kept"' }]);
  });

  test('7 refusal: what it lost while nobody copied is not written, though a read of it was under way', async () => {
    await using destination = await FaultProxy.inFrontOf(sharedServer());
    await using far = await live({ onError: 'retry' }, destination);
    const { all, replicator, untilRead } = far;
    const shut = destination.impose({ kind: 'refuse' });
    destination.cut();
    await replicator.log.until('destination failed: trying again');
    await untilRead(() => all.append(['"lost"']));
    await all.query(
      all.source,
      `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM events WHERE id = 4; UPDATE id SET id = 4; COMMIT`,
    );
    shut[Symbol.dispose]();
    await until('it was live again', () => replicator.replicator.destinations[0]?.state === 'live');
    await all.append(['"other"']);
    await all.untilEqual();
    expect(changes(replicator)).toEqual([]);
  });

  test('8 settled: is asked again where what was read next lies behind an id that may still appear', async () => {
    await using far = await live();
    const { all, replicator, untilRead } = far;
    const insert = (id: number) => `INSERT INTO public.events (id, ts, event) VALUES (${id}, now(), '${id}')`;
    await all.query(all.source, 'DELETE FROM id');
    await using open = await (await all.session(all.source)).openBeside('test');
    await open.query(`BEGIN; ${insert(4)}`);
    for (const id of [5, 6, 7]) await untilRead(() => all.query(all.source, insert(id)));
    await open.query('COMMIT');
    await all.untilCopied(7n);
    await all.untilEqual();
    expect(changes(replicator)).toEqual([]);
  });

  test('5 isolation: short questions are answered while it sends a transaction too large to be held', async () => {
    await using far = await live({ memoryBudgetBytes: 2 * MIB });
    const { all, proxy, replicator } = far;
    const slow = proxy.impose(
      { kind: 'throttle', bytesPerSecond: MIB },
      { role: 'read', direction: 'to-client' },
    );
    await all.append(Array.from({ length: 2_000 }, () => `"${'x'.repeat(4_000)}"`));
    await until('it was read by COPY', async () => {
      const copying = `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'slate-replicator/read' AND query LIKE '%COPY%'`;
      return (await all.query(all.source, copying)).length === 1;
    });
    const { source } = replicator.replicator;
    const answer = source.askBriefly((connection) => connection.query<{ one: number }>('SELECT 1 AS one'));
    expect(await answer).toEqual([{ one: 1 }]);
    slow[Symbol.dispose]();
    await all.untilEqual();
  });

  test('1 prefix: loses nothing when its sessions are cut with many reads under way', async () => {
    await using far = await live({ onError: 'retry' });
    const { all, proxy } = far;
    const observer = new PrefixObserver(all.source, all.destination());
    for (let n = 0; n < 3; n++) {
      const replies = hold(proxy, 'to-client');
      for (let m = 0; m < 20; m++) await all.append(m % 3 === 0 ? 40 : 1);
      proxy.cut({ role: 'read' });
      replies[Symbol.dispose]();
      await all.append(150);
    }
    await all.untilEqual();
    await observer.stop();
    expect(observer.violations).toEqual([]);
  });
});
