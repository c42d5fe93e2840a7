import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { Contender, Sample } from '../measure/alternate.js';
import type { DataSet } from '../measure/data-sets.js';
import { createBareDatabase, dropDatabase, freshDestinations } from '../measure/databases.js';
import { watchFirstEvents } from '../measure/first-events.js';
import { type ReplicatorSettings, replicateOnce, startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { SERVES, watchState } from '../measure/viewer.js';
import { NO_DISTANCE, seenFrom, type Way } from '../measure/way.js';
import { copyThroughPipes, PIPE_NAME } from '../peers/copy-pipe.js';
import { copyLocalFiles, type LocalFiles } from '../peers/local-files.js';
import { startNativeReplication } from '../peers/native-replication.js';
import { cloneWithPgcopydb } from '../peers/pgcopydb.js';
import type { Metric } from '../report/result.js';
import type { BenchContext } from './profile.js';

export const OURS = 'slate-replicator';
/** One for each destination, all at the same time. */
export const PIPES = `parallel ${PIPE_NAME}s`;
export const LIMIT = '2 × local files';
export const NATIVE = 'native initial sync';
export const PGCOPYDB = 'pgcopydb';

/** "While copying": from the first events in a destination to the end. What comes before is "to start", for every contender. */
export const BACKFILL_METRICS: readonly Metric[] = [
  { name: 'copiedPerSecond', unit: 'events/s while copying', better: 'higher' },
  { name: 'startSeconds', unit: 'seconds to start', better: 'lower' },
  { name: 'eventsPerSecond', unit: 'events/s, start included', better: 'higher' },
  { name: 'seconds', unit: 'seconds in all', better: 'lower' },
  { name: 'cpuSeconds', unit: "s of the replicator's CPU", better: 'lower' },
  { name: 'peakMemoryMb', unit: 'MB peak', better: 'lower' },
];

/** What ratios are taken of. In a quick run the start would be a large part of the whole. */
export function quotedRate({ quick }: BenchContext): { readonly metric: string; readonly suffix: string } {
  return quick
    ? { metric: 'copiedPerSecond', suffix: ', while copying' }
    : { metric: 'eventsPerSecond', suffix: '' };
}

/** What a contender copies, and to how many destinations. */
export interface Work {
  readonly data: DataSet;
  readonly destinations: number;
  /** Between source and destinations; absent: none. Who copies by a process of his own is beside the source. */
  readonly way?: Way;
}

interface ReplicatorOptions {
  readonly name?: string;
  readonly settings?: ReplicatorSettings;
  /** Where it stands. */
  readonly beside?: 'source' | 'destinations';
}

/** The shipped command, from starting the process to its end. */
export function replicator(
  context: BenchContext,
  work: Work,
  { name = OURS, settings = {}, beside = 'source' }: ReplicatorOptions = {},
): Contender {
  const { data, way = NO_DISTANCE } = work;
  return contender(context, work, name, async (destinations) => {
    const ends = seenFrom(beside, way, { source: data.source, destinations });
    return { ...(await replicateOnce({ ...context, ...ends, settings })) };
  });
}

/** The shipped command as it runs for weeks, until it has caught up; `isWatched` as in `liveReplicator`. */
export function followingReplicator(
  context: BenchContext,
  work: Work,
  { name, isWatched }: { readonly name: string; readonly isWatched: boolean },
): Contender {
  return contender(context, work, name, async (destinations) => {
    const startedAtMs = performance.now();
    const settings = isWatched ? SERVES : {};
    await using running = startReplicator({ ...context, source: work.data.source, destinations, settings });
    using _watching = isWatched ? await watchState(running) : undefined;
    await running.until('caught up', destinations.length);
    return { seconds: (performance.now() - startedAtMs) / 1000, ...running.usage() };
  });
}

export function copyPipes(context: BenchContext, work: Work): Contender {
  const { data, way = NO_DISTANCE } = work;
  return contender(context, work, work.destinations === 1 ? PIPE_NAME : PIPES, (fresh) => {
    const { source, destinations } = seenFrom('source', way, { source: data.source, destinations: fresh });
    return timed(() => copyThroughPipes(source, destinations, context.stop));
  });
}

/** A run that is not counted: the first of its size makes the WAL files that those after it use again. `--quick` does without. */
export async function warmUp(context: BenchContext, work: Work): Promise<void> {
  if (!context.quick) await copyPipes(context, work).run();
}

/** Ends when the rows are visible; taking the subscription down again does not count. */
export function nativeInitialSync(context: BenchContext, work: Work): Contender {
  return contender(context, work, NATIVE, async (destinations) => {
    const startedAtMs = performance.now();
    const { source } = work.data;
    const { way = NO_DISTANCE } = work;
    await using replication = await startNativeReplication({
      ...context,
      source,
      reachedAt: way.toSource(source),
      destinations,
      copyData: true,
    });
    await Promise.all(destinations.map((each) => replication.copied(each)));
    return { seconds: (performance.now() - startedAtMs) / 1000 };
  });
}

export function machineLimit(context: BenchContext, work: Work, files: LocalFiles): Contender {
  return contender(context, work, LIMIT, (destinations) =>
    timed(() => Promise.all(destinations.map((each) => copyLocalFiles(files, each)))),
  );
}

export function pgcopydb(context: BenchContext, { data }: Work): Contender {
  return {
    name: PGCOPYDB,
    run: async () => {
      const server = context.clusters.destination;
      const target = await createBareDatabase(server);
      try {
        const measured = await timed(() => cloneWithPgcopydb(data.source, target, context));
        await verifySameEvents(data.source, [target], context.stop);
        return withRate(measured, data.events);
      } finally {
        await dropDatabase(server, target);
      }
    },
  };
}

type Copy = (destinations: readonly ConnectionParams[]) => Promise<Sample & { seconds: number }>;

/** Copies into fresh destinations, checks them and adds how long it took to start and what was copied per second. */
function contender(
  { clusters, stop }: BenchContext,
  { data, destinations, way = NO_DISTANCE }: Work,
  name: string,
  copy: Copy,
): Contender {
  return {
    name,
    run: async () => {
      await using fresh = await freshDestinations(clusters.destination, destinations);
      const wayBusy = way.watchBusy();
      const measured = await timedFromFirstEvents(fresh.databases, copy, stop);
      const busy = { wayBusy: wayBusy() };
      await verifySameEvents(data.source, fresh.databases, stop);
      return { ...withRate(measured, data.events * destinations), ...busy };
    },
  };
}

async function timedFromFirstEvents(
  destinations: readonly ConnectionParams[],
  copy: Copy,
  stop: AbortSignal,
): Promise<Sample & { seconds: number }> {
  await using firstEvents = await watchFirstEvents(destinations, stop);
  const startedAtMs = performance.now();
  const measured = await copy(destinations);
  return { ...measured, startSeconds: (firstEvents.atMs() - startedAtMs) / 1000 };
}

async function timed(work: () => Promise<unknown>): Promise<{ seconds: number }> {
  const startedAtMs = performance.now();
  await work();
  return { seconds: (performance.now() - startedAtMs) / 1000 };
}

function withRate(measured: Sample & { seconds: number }, eventsWritten: number): Sample {
  const { seconds, startSeconds = Number.NaN } = measured;
  return {
    copiedPerSecond: eventsWritten / (seconds - startSeconds),
    eventsPerSecond: eventsWritten / seconds,
    ...measured,
  };
}
