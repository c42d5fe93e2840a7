/** A destination far away: writes follow each other without waiting for replies, and stand on each other all the same. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { appendOneByOne, holdWrites, live, startFarProxy } from '../support/installation/far-destination.js';
import { createInstallation } from '../support/installation/installation.js';
import { until } from '../support/until.js';

describe.concurrent('a destination far away', () => {
  test('gets events though no reply to those before has come back', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    const { proxy } = far;
    await using _replicator = await live(all, proxy);
    using _held = holdWrites(proxy, 'to-client');
    for (let id = 3n; id <= 8n; id++) {
      await all.append(1);
      await all.untilCopied(id);
    }
  });

  test('1 prefix: when one of several writes under way is refused, nothing behind it is written', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    const { proxy } = far;
    await using replicator = await live(all, proxy);
    await all.query(all.destination(), `ALTER TABLE events ADD CHECK (event <> '"refused"')`);
    const held = holdWrites(proxy, 'to-client');
    await appendOneByOne(all, replicator, ['"good"', '"refused"', '"behind"', '"further behind"']);
    held[Symbol.dispose]();
    await replicator.log.until('destination stopped: a person must act');
    const ids = await all.query<{ id: bigint }>(all.destination(), 'SELECT id FROM events ORDER BY id');
    expect(ids.map(({ id }) => id)).toEqual([1n, 2n, 3n]);
  });

  test('4 once: replies that are lost with their session cost nothing: all is there, and nothing twice', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    const { proxy } = far;
    await using _replicator = await live(all, proxy);
    const held = holdWrites(proxy, 'to-client');
    for (let id = 3n; id <= 6n; id++) {
      await all.append(1);
      await all.untilCopied(id);
    }
    proxy.cut({ role: 'write' });
    held[Symbol.dispose]();
    await all.append(3);
    await all.untilEqual();
  });

  test('4 once: writes that are lost on their way are written again', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    const { proxy } = far;
    await using replicator = await live(all, proxy);
    const lost = proxy.impose({ kind: 'swallow' }, { role: 'write', direction: 'to-server', openNow: true });
    await appendOneByOne(all, replicator, ['1', '2', '3']);
    proxy.cut({ role: 'write' });
    lost[Symbol.dispose]();
    await all.untilEqual();
  });

  test('2 whole transactions: a large load arrives whole, in order and in one session', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    const { proxy } = far;
    await using _replicator = await live(all, proxy);
    for (let n = 0; n < 30; n++) await all.append(2_000);
    await all.untilEqual();
    expect(proxy.count({ role: 'write' })).toBe(1);
  });

  test('is said to have what it has committed, not what was sent to it', async () => {
    await using all = await createInstallation();
    await using far = await startFarProxy(all);
    await using replicator = await live(all, far.proxy, { logIntervalMs: 1_000 });
    const [destination] = replicator.replicator.destinations;
    await until('the event before was counted', () => destination?.copied.events === 2);
    const held = holdWrites(far.proxy, 'to-server');
    await appendOneByOne(all, replicator, ['1', '2', '3']);
    await replicator.log.until('heartbeat', { destinationMaxId: 2n, sourceMaxId: 5n, lagEvents: 3 });
    expect(destination?.copied.events).toBe(2);
    held[Symbol.dispose]();
    await replicator.log.until('heartbeat', { destinationMaxId: 5n, sourceMaxId: 5n, lagEvents: 0 });
    expect(destination?.copied.events).toBe(5);
  });
});
