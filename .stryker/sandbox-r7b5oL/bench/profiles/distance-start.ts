// @ts-nocheck
import { alternate, type Contender } from '../measure/alternate.js';
import { execute } from '../measure/clusters.js';
import type { DataSet } from '../measure/data-sets.js';
import { cloneDatabases, type FreshDatabases, freshDestinations } from '../measure/databases.js';
import { startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { type Ends, seenFrom, type Way } from '../measure/way.js';
import { copyThroughPipes } from '../peers/copy-pipe.js';
import type { Measurement } from '../report/result.js';
import { OURS } from './backfill-contenders.js';
import { startPlace } from './distance-places.js';
import type { BenchContext } from './profile.js';

/** Destinations that have all events of the source. */
export async function filledDestinations(
  { clusters, stop }: BenchContext,
  { source }: DataSet,
  count: number,
): Promise<FreshDatabases> {
  await using template = await freshDestinations(clusters.destination, 1);
  const [filled] = template.databases;
  if (filled === undefined) throw new Error('no destination was made');
  await copyThroughPipes(source, [filled], stop);
  await execute(filled, 'VACUUM (FREEZE, ANALYZE) public.events');
  return await cloneDatabases(clusters.destination, filled, count);
}

/** Starts the replicator where nothing is missing; then nothing may have been written. */
export async function measureStart(
  context: BenchContext,
  ends: Ends,
  { way, roundTripMs }: { readonly way: Way; readonly roundTripMs: number },
): Promise<Measurement[]> {
  const starting: Contender = { name: OURS, run: () => startToLive(context, seenFrom('source', way, ends)) };
  const where = startPlace(roundTripMs, ends.destinations.length);
  const measurements = await alternate(context, where, [starting]);
  await verifySameEvents(ends.source, ends.destinations, context.stop);
  return measurements;
}

async function startToLive(context: BenchContext, ends: Ends): Promise<{ liveSeconds: number }> {
  const startedAtMs = performance.now();
  await using replicator = startReplicator({ ...context, ...ends });
  await replicator.until('caught up', ends.destinations.length);
  return { liveSeconds: (performance.now() - startedAtMs) / 1000 };
}
