/** A destination far away, its way in the hand of a test. */
// @ts-nocheck


import { startDistance } from '../network/distance.js';
import type { Line } from '../network/line.js';
import type { Direction } from '../network/proxied-link.js';
import { FaultProxy } from '../network/proxy.js';
import { until } from '../until.js';
import type { Installation, StartOptions } from './installation.js';
import type { RunningReplicator } from './running-replicator.js';

const ONE_WAY_MS = 10;

/** On a busy machine a test holds replies for so long that the path would be taken for dead. */
const UNWATCHED = { onError: 'retry', heartbeatIntervalMs: 600_000 } as const;

/** A proxy that can hold, lose and cut what comes from the replicator, and behind it a long way. */
export async function startFarProxy(all: Installation, line: Line | number = ONE_WAY_MS) {
  const distance = await startDistance(all.destination(), line);
  const proxy = await FaultProxy.inFrontOf(distance.through(all.destination()));
  return {
    proxy,
    /** The destination, reached over the long way. */
    params: proxy.through(all.destination()),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await distance[Symbol.asyncDispose]();
    },
  };
}

/** A live replicator whose only destination lies behind the proxy; it holds two events, and no reply is on its way. */
export async function live(
  all: Installation,
  proxy: FaultProxy,
  options: StartOptions = {},
): Promise<RunningReplicator> {
  await all.append(1);
  const replicationDestinations = [proxy.through(all.destination())];
  const replicator = all.start({ ...UNWATCHED, ...options, replicationDestinations });
  await replicator.log.until('caught up');
  await all.untilCopied(await all.append(1));
  const [destination] = replicator.replicator.destinations;
  await until('both events were counted', () => destination?.copied.events === 2);
  return replicator;
}

/** From now on nothing of what is written arrives, or no reply to it, until it is disposed of. */
export function holdWrites(proxy: FaultProxy, direction: Direction): Disposable {
  return proxy.impose({ kind: 'hold' }, { role: 'write', direction });
}

/** Appends events in transactions of their own; each is read before the next one is appended. */
export async function appendOneByOne(
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
