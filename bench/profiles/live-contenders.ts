import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo, createSource } from '../../test/postgres/databases.js';
import type { Contender, Sample } from '../measure/alternate.js';
import { execute, select } from '../measure/clusters.js';
import { dropDatabase, freshDestinations } from '../measure/databases.js';
import { ARRIVED_AT, COMMITTED_AT, latenciesMs, readTimes, summarizeLatencies } from '../measure/latency.js';
import { type Load, writePaced } from '../measure/paced-writer.js';
import { readServerCpu } from '../measure/process-usage.js';
import { startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { waitUntil } from '../measure/wait-until.js';
import { startNativeReplication } from '../peers/native-replication.js';
import type { BenchContext } from './profile.js';

export const OURS = 'slate-replicator';
export const NATIVE = 'native replication';

const ADD_ARRIVED = `ALTER TABLE public.events ADD ${ARRIVED_AT} timestamptz DEFAULT clock_timestamp()`;
const DROP_ARRIVED = `ALTER TABLE public.events DROP COLUMN IF EXISTS ${ARRIVED_AT}`;

export interface LiveWork extends Load {
  readonly destinations: number;
  readonly seconds: number;
}

/** Replication that is running and has nothing left to do; disposing ends it. */
interface Running extends AsyncDisposable {
  readonly arrivedAt: typeof ARRIVED_AT | typeof COMMITTED_AT;
  /** CPU seconds of processes other than the servers', so far. */
  cpuSeconds(): number;
}

type Start = (source: ConnectionParams, destinations: readonly ConnectionParams[]) => Promise<Running>;

/** The shipped command, at its default settings. */
export function liveReplicator(context: BenchContext, work: LiveWork): Contender {
  return contender(context, work, OURS, async (source, destinations) => {
    const replicator = startReplicator({ ...context, source, destinations });
    await replicator.until('caught up', destinations.length);
    return {
      arrivedAt: COMMITTED_AT,
      cpuSeconds: () => replicator.usage().cpuSeconds,
      [Symbol.asyncDispose]: () => replicator[Symbol.asyncDispose](),
    };
  });
}

/** One subscription per destination, in binary. */
export function nativeReplication(context: BenchContext, work: LiveWork): Contender {
  return contender(context, work, NATIVE, async (source, destinations) => {
    for (const destination of destinations) await execute(destination, ADD_ARRIVED);
    const native = await startNativeReplication({ ...context, source, destinations, copyData: false });
    await Promise.all(destinations.map((each) => native.streaming(each)));
    return {
      arrivedAt: ARRIVED_AT,
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

interface Run {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
  readonly work: LiveWork;
}

/** Loads for a while, waits for the last event, and looks when each was where. */
async function measure(context: BenchContext, { start, ...run }: Run & { start: Start }): Promise<Sample> {
  await using running = await start(run.source, run.destinations);
  const { firstIds, used } = await load(context, { ...run, running });
  const committed = await readTimes(run.source, COMMITTED_AT, firstIds);
  const arrived = await Promise.all(
    run.destinations.map((each) => readTimes(each, running.arrivedAt, firstIds)),
  );
  return { ...summarizeLatencies(latenciesMs(committed, arrived)), ...used };
}

/** Not measured: what starts has caches to fill and code to compile. */
const WARM_UP_SECONDS = 1;

/** The session that writes the load is not counted: it costs the same whoever replicates. */
async function load(
  { clusters, stop }: BenchContext,
  { source, destinations, work, running }: Run & { running: Running },
): Promise<{ firstIds: bigint[]; used: Sample }> {
  await using writer = await connectTo(source);
  const [backend] = await writer.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const without = backend === undefined ? [] : [backend.pid];
  const look = () => ({
    sourceCpuSeconds: readServerCpu(clusters.source.pid, without) ?? Number.NaN,
    destinationCpuSeconds: readServerCpu(clusters.destination.pid) ?? Number.NaN,
    replicatorCpuSeconds: running.cpuSeconds(),
  });
  await writePaced(writer, { ...work, seconds: WARM_UP_SECONDS, stop });
  const before = look();
  const firstIds = await writePaced(writer, { ...work, stop });
  const last = BigInt(work.eventsPerTransaction - 1) + (firstIds.at(-1) ?? 0n);
  await Promise.all(destinations.map((each) => untilThere(each, last, stop)));
  return { firstIds, used: difference(look(), before) };
}

function untilThere(destination: ConnectionParams, id: bigint, stop: AbortSignal): Promise<void> {
  return waitUntil(stop, async () => {
    const [row] = await select<{ done: boolean }>(
      destination,
      'SELECT max(id) >= $1 AS done FROM public.events',
      [id],
    );
    return row?.done === true;
  });
}

function difference<Names extends string>(
  after: Readonly<Record<Names, number>>,
  before: Readonly<Record<Names, number>>,
): Sample {
  const names = Object.keys(after) as Names[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]]));
}
