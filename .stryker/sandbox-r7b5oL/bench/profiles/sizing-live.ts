// @ts-nocheck
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createSource } from '../../test/support/postgres/databases.js';
import { select } from '../measure/clusters.js';
import { dropDatabase, freshDestinations } from '../measure/databases.js';
import { type LiveLoad, type LiveLoaded, loadLive } from '../measure/live-load.js';
import type { Load } from '../measure/paced-writer.js';
import { startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { formatNumber } from '../report/format.js';
import type { BenchContext } from './profile.js';
import type { LiveObservation } from './sizing-model.js';

export interface LiveGrid {
  readonly destinations: readonly number[];
  readonly loads: readonly Load[];
  readonly seconds: number;
  readonly rounds: number;
}

/** Runs every load against every number of destinations, and sees what it costs. */
export async function observeLive(context: BenchContext, grid: LiveGrid): Promise<LiveObservation[]> {
  const observations: LiveObservation[] = [];
  for (let round = 0; round < grid.rounds; round++) {
    for (const destinations of grid.destinations) {
      context.stop.throwIfAborted();
      observations.push(...(await observeDestinations(context, grid, destinations)));
    }
  }
  return observations;
}

/** One replicator for all loads, one after the other. */
async function observeDestinations(
  context: BenchContext,
  { loads, seconds }: LiveGrid,
  count: number,
): Promise<LiveObservation[]> {
  const source = await createSource(context.clusters.source);
  try {
    await using fresh = await freshDestinations(context.clusters.destination, count);
    const { databases: destinations } = fresh;
    await using replicator = startReplicator({ ...context, source, destinations });
    await replicator.until('caught up', count);
    const observations: LiveObservation[] = [];
    for (const [index, load] of loads.entries()) {
      const replicatorCpuSeconds = () => replicator.usage().cpuSeconds;
      const isWarm = index > 0 || context.quick;
      const { failed } = replicator;
      const live = { ...load, source, destinations, seconds, failed, replicatorCpuSeconds, isWarm };
      const observed = await observe(live, await loadLive(context, live));
      context.progress.say(describe(load, observed));
      observations.push(observed);
    }
    await verifySameEvents(source, destinations, context.stop);
    return observations;
  } finally {
    await dropDatabase(context.clusters.source, source);
  }
}

async function observe(load: LiveLoad, loaded: LiveLoaded): Promise<LiveObservation> {
  const { seconds, used } = loaded;
  return {
    destinations: load.destinations.length,
    eventsPerSecond: (loaded.lastIds.length * load.eventsPerTransaction) / seconds,
    passesPerSecond: (await passes(load.destinations, loaded)) / seconds,
    cores: {
      replicator: used.replicatorCpuSeconds / seconds,
      source: used.sourceCpuSeconds / seconds,
      destinations: used.destinationCpuSeconds / seconds,
    },
  };
}

/** Batches per destination: each was a transaction of its own there. */
export async function passes(
  destinations: readonly ConnectionParams[],
  { lastIds }: Pick<LiveLoaded, 'lastIds'>,
): Promise<number> {
  const sql = 'SELECT count(DISTINCT xmin::text) AS batches FROM public.events WHERE id BETWEEN $1 AND $2';
  const rows = await Promise.all(
    destinations.map((each) => select<{ batches: bigint }>(each, sql, [lastIds[0], lastIds.at(-1)])),
  );
  const batches = rows.flat().reduce((sum, row) => sum + Number(row.batches), 0);
  return batches / destinations.length;
}

function describe(
  { transactionsPerSecond, eventsPerTransaction }: Load,
  { destinations, passesPerSecond, cores }: LiveObservation,
): string {
  const { replicator, source, destinations: writing } = cores;
  return `${destinations} destinations, ${transactionsPerSecond}/s × ${eventsPerTransaction}: ${formatNumber(passesPerSecond)} wake-ups/s, cores: replicator ${formatNumber(replicator)}, source ${formatNumber(source)}, destinations ${formatNumber(writing)}`;
}
