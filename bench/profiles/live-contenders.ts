import { createSource } from '../../test/support/postgres/databases.js';
import type { Contender, Sample } from '../measure/alternate.js';
import { execute } from '../measure/clusters.js';
import { dropDatabase, freshDestinations } from '../measure/databases.js';
import { ARRIVED_AT, COMMITTED_AT, latenciesMs, readTimes, summarizeLatencies } from '../measure/latency.js';
import { loadLive } from '../measure/live-load.js';
import type { Load } from '../measure/paced-writer.js';
import { startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { SERVES, watchState } from '../measure/viewer.js';
import { type Ends, NO_DISTANCE, seenFrom, type Way } from '../measure/way.js';
import { startNativeReplication } from '../peers/native-replication.js';
import type { BenchContext } from './profile.js';

export const OURS = 'slate-replicator';
export const NATIVE = 'native replication';

const ADD_ARRIVED = `ALTER TABLE public.events ADD ${ARRIVED_AT} timestamptz DEFAULT clock_timestamp()`;
const DROP_ARRIVED = `ALTER TABLE public.events DROP COLUMN IF EXISTS ${ARRIVED_AT}`;

/** The servers try again by themselves. */
const NEVER = new AbortController().signal;

export interface LiveWork extends Load {
  readonly destinations: number;
  readonly seconds: number;
  /** Absent: source and destinations stand next to each other. */
  readonly way?: Way;
  /** No warm-up: the numbers may be rough. */
  readonly isWarm?: boolean;
}

/** Replication that is running and has nothing left to do; disposing ends it. */
interface Running extends AsyncDisposable {
  readonly arrivedAt: typeof ARRIVED_AT | typeof COMMITTED_AT;
  /** Aborted when it has failed. */
  readonly failed: AbortSignal;
  /** CPU seconds of processes other than the servers', so far. */
  cpuSeconds(): number;
}

type Start = (ends: Ends, way: Way) => Promise<Running>;

interface LiveReplicatorOptions {
  readonly name?: string;
  /** Where it stands. */
  readonly beside?: 'source' | 'destinations';
  /** A page with its state is open, and its metrics are asked for. */
  readonly isWatched?: boolean;
}

/** The shipped command, at its default settings. It stands beside the source unless told otherwise. */
export function liveReplicator(
  context: BenchContext,
  work: LiveWork,
  { name = OURS, beside = 'source', isWatched = false }: LiveReplicatorOptions = {},
): Contender {
  return contender(context, work, name, async (ends, way) => {
    const settings = isWatched ? SERVES : {};
    const replicator = startReplicator({ ...context, ...seenFrom(beside, way, ends), settings });
    await replicator.until('caught up', ends.destinations.length);
    const watching = isWatched ? await watchState(replicator) : undefined;
    return {
      arrivedAt: COMMITTED_AT,
      failed: replicator.failed,
      cpuSeconds: () => replicator.usage().cpuSeconds,
      [Symbol.asyncDispose]() {
        watching?.[Symbol.dispose]();
        return replicator[Symbol.asyncDispose]();
      },
    };
  });
}

/** One subscription per destination, in binary. */
export function nativeReplication(context: BenchContext, work: LiveWork): Contender {
  return contender(context, work, NATIVE, async ({ source, destinations }, way) => {
    for (const destination of destinations) await execute(destination, ADD_ARRIVED);
    const native = await startNativeReplication({
      ...context,
      source,
      reachedAt: way.toSource(source),
      destinations,
      copyData: false,
    });
    await Promise.all(destinations.map((each) => native.streaming(each)));
    return {
      arrivedAt: ARRIVED_AT,
      failed: NEVER,
      cpuSeconds: () => 0,
      [Symbol.asyncDispose]: () => native[Symbol.asyncDispose](),
    };
  });
}

/** Replicates a source that is empty at first, then checks that every destination is equal to it. */
function contender(context: BenchContext, work: LiveWork, name: string, start: Start): Contender {
  return {
    name,
    run: async () => {
      const { source: sourceServer, destination: destinationServer } = context.clusters;
      const source = await createSource(sourceServer);
      try {
        await using fresh = await freshDestinations(destinationServer, work.destinations);
        const { databases: destinations } = fresh;
        const sample = await measure(context, { source, destinations, work, start });
        for (const destination of destinations) await execute(destination, DROP_ARRIVED);
        await verifySameEvents(source, destinations, context.stop);
        return sample;
      } finally {
        await dropDatabase(sourceServer, source);
      }
    },
  };
}

interface Run extends Ends {
  readonly work: LiveWork;
}

/** Loads for a while, waits for the last event, and looks when each was where. */
async function measure(context: BenchContext, { start, ...run }: Run & { start: Start }): Promise<Sample> {
  const { way = NO_DISTANCE } = run.work;
  await using running = await start(run, way);
  const wayBusy = way.watchBusy();
  const { lastIds, used } = await loadLive(context, {
    ...run.work,
    ...run,
    failed: running.failed,
    replicatorCpuSeconds: () => running.cpuSeconds(),
  });
  const busy = { wayBusy: wayBusy() };
  const committed = await readTimes(run.source, COMMITTED_AT, lastIds);
  const arrived = await Promise.all(
    run.destinations.map((each) => readTimes(each, running.arrivedAt, lastIds)),
  );
  return { ...summarizeLatencies(latenciesMs(committed, arrived)), ...used, ...busy };
}
