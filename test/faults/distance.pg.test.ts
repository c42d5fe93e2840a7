/** A destination far away: writes follow each other without waiting for replies, and stand on each other all the same. */
import { describe, expect, test } from 'vitest';
import { createInstallation, type Installation } from '../replicate/installation.js';
import type { RunningReplicator } from '../replicate/running-replicator.js';
import { until } from '../replicate/until.js';
import { startDistance } from './distance.js';
import { FaultProxy } from './proxy.js';

const ONE_WAY_MS = 10;

const farFrom = (all: Installation) => startDistance(all.destination(), ONE_WAY_MS);

/** A live replicator whose only destination lies behind the proxy. */
async function live(all: Installation, proxy: FaultProxy): Promise<RunningReplicator> {
  await all.append(1);
  const destinations = [proxy.through(all.destination())];
  const replicator = all.start({ onError: 'retry', replicationDestinations: destinations });
  await replicator.log.until('caught up');
  await all.append(1);
  await all.untilCopied(2n);
  return replicator;
}

/** From now on no reply of the destination arrives, until it is disposed of. */
function holdReplies(proxy: FaultProxy): Disposable {
  return proxy.impose({ kind: 'hold' }, { role: 'write', direction: 'to-client' });
}

/** Appends events in transactions of their own; each is read before the next one is appended. */
async function appendOneByOne(
  all: Installation,
  { replicator: { source } }: RunningReplicator,
  events: readonly string[],
): Promise<void> {
  for (const event of events) {
    const before = source.rowsServed;
    await all.query(all.source, 'SELECT append_events(ARRAY[$1::jsonb])', [event]);
    await until('it was read', () => source.rowsServed > before);
  }
}

describe.concurrent('a destination far away', () => {
  test('gets events though no reply to those before has come back', async () => {
    await using all = await createInstallation();
    await using distance = await farFrom(all);
    await using proxy = await FaultProxy.inFrontOf(distance.through(all.destination()));
    await using _replicator = await live(all, proxy);
    using _held = holdReplies(proxy);
    for (let id = 3n; id <= 8n; id++) {
      await all.append(1);
      await all.untilCopied(id);
    }
  });

  test('1 prefix: when one of several writes under way is refused, nothing behind it is written', async () => {
    await using all = await createInstallation();
    await using distance = await farFrom(all);
    await using proxy = await FaultProxy.inFrontOf(distance.through(all.destination()));
    await using replicator = await live(all, proxy);
    await all.query(all.destination(), `ALTER TABLE events ADD CHECK (event <> '"refused"')`);
    const held = holdReplies(proxy);
    await appendOneByOne(all, replicator, ['"good"', '"refused"', '"behind"', '"further behind"']);
    held[Symbol.dispose]();
    await replicator.log.until('destination stopped: a person must act');
    const ids = await all.query<{ id: bigint }>(all.destination(), 'SELECT id FROM events ORDER BY id');
    expect(ids.map(({ id }) => id)).toEqual([1n, 2n, 3n]);
  });

  test('4 once: replies that are lost with their session cost nothing: all is there, and nothing twice', async () => {
    await using all = await createInstallation();
    await using distance = await farFrom(all);
    await using proxy = await FaultProxy.inFrontOf(distance.through(all.destination()));
    await using _replicator = await live(all, proxy);
    const held = holdReplies(proxy);
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
    await using distance = await farFrom(all);
    await using proxy = await FaultProxy.inFrontOf(distance.through(all.destination()));
    await using replicator = await live(all, proxy);
    const lost = proxy.impose({ kind: 'swallow' }, { role: 'write', direction: 'to-server', openNow: true });
    await appendOneByOne(all, replicator, ['1', '2', '3']);
    proxy.cut({ role: 'write' });
    lost[Symbol.dispose]();
    await all.untilEqual();
  });

  test('2 whole transactions: a large load arrives whole, in order and in one session', async () => {
    await using all = await createInstallation();
    await using distance = await farFrom(all);
    await using proxy = await FaultProxy.inFrontOf(distance.through(all.destination()));
    await using _replicator = await live(all, proxy);
    for (let n = 0; n < 30; n++) await all.append(2_000);
    await all.untilEqual();
    expect(proxy.count({ role: 'write' })).toBe(1);
  });
});
