// @ts-nocheck
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';
import type { Clusters } from './clusters.js';
import { connectToAll } from './connect-to-all.js';
import { type Load, writePaced } from './paced-writer.js';
import { readServerCpu } from './process-usage.js';
import { waitUntil } from './wait-until.js';

export interface LiveLoad extends Load {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
  readonly seconds: number;
  /** CPU seconds that replication has used so far beside the servers. */
  readonly replicatorCpuSeconds: () => number;
  /** Aborted when replication has failed. */
  readonly failed: AbortSignal;
  /** No warm-up: an earlier load was one, or the numbers may be rough. */
  readonly isWarm?: boolean;
}

/** CPU seconds; NaN where the processes cannot be seen. */
interface CpuUsed {
  readonly sourceCpuSeconds: number;
  readonly destinationCpuSeconds: number;
  readonly replicatorCpuSeconds: number;
}

export interface LiveLoaded {
  /** The last id of each transaction: by it one sees when the transaction was there. */
  readonly lastIds: readonly bigint[];
  /** From the first transaction until the last one was everywhere. */
  readonly seconds: number;
  /** In these seconds, without the session that writes the load: it costs the same whoever replicates. */
  readonly used: CpuUsed;
}

/**
 * Not measured: somebody's replicator runs for weeks, and Node compiles only what has run some thousand times. After so
 * many transactions a wake-up takes half the CPU that it took at first.
 */
const WARM_UP = { transactionsPerSecond: 500, eventsPerTransaction: 1 } as const;
const FULL_SECONDS = { warmUp: 8, leadIn: 2 } as const;
const QUICK_SECONDS = { warmUp: 6, leadIn: 0.5 } as const;

/** Commits transactions at the source for a while and waits until every destination has them. */
export async function loadLive(
  { clusters, quick, stop: interrupted }: { clusters: Clusters; quick: boolean; stop: AbortSignal },
  load: LiveLoad,
): Promise<LiveLoaded> {
  const stop = AbortSignal.any([interrupted, load.failed]);
  await using writer = await connectTo(load.source);
  await using watchers = await connectToAll(load.destinations);
  const pid = await backendPid(writer);
  const look = (): CpuUsed => ({
    sourceCpuSeconds: readServerCpu(clusters.source.pid, [pid]) ?? Number.NaN,
    destinationCpuSeconds: readServerCpu(clusters.destination.pid) ?? Number.NaN,
    replicatorCpuSeconds: load.replicatorCpuSeconds(),
  });
  const warmedUp = await warmUp(writer, load, { quick, stop });
  await untilEverywhere(watchers.connections, warmedUp, stop);
  const before = look();
  const startedAtMs = performance.now();
  const lastIds = await writePaced(writer, { ...load, stop });
  await untilEverywhere(watchers.connections, lastIds, stop);
  const loadedSeconds = (performance.now() - startedAtMs) / 1000;
  return { lastIds, seconds: loadedSeconds, used: usedSince(before, look()) };
}

/** @returns the last id of each transaction. */
async function warmUp(
  writer: Connection,
  load: Load & Pick<LiveLoad, 'isWarm'>,
  { quick, stop }: { quick: boolean; stop: AbortSignal },
): Promise<bigint[]> {
  const seconds = quick ? QUICK_SECONDS : FULL_SECONDS;
  if (!load.isWarm) await writePaced(writer, { ...WARM_UP, seconds: seconds.warmUp, stop });
  // What is measured, for a moment: nothing else leads up to it.
  return writePaced(writer, { ...load, seconds: seconds.leadIn, stop });
}

async function backendPid(connection: Connection): Promise<number> {
  const [row] = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}

async function untilEverywhere(
  destinations: readonly Connection[],
  lastIds: readonly bigint[],
  stop: AbortSignal,
): Promise<void> {
  const isThere = async (destination: Connection) => {
    const sql = 'SELECT max(id) >= $1 AS yes FROM public.events';
    const [row] = await destination.query<{ yes: boolean }>(sql, [lastIds.at(-1)]);
    return row?.yes === true;
  };
  await Promise.all(destinations.map((each) => waitUntil(stop, () => isThere(each))));
}

function usedSince(before: CpuUsed, after: CpuUsed): CpuUsed {
  return {
    sourceCpuSeconds: after.sourceCpuSeconds - before.sourceCpuSeconds,
    destinationCpuSeconds: after.destinationCpuSeconds - before.destinationCpuSeconds,
    replicatorCpuSeconds: after.replicatorCpuSeconds - before.replicatorCpuSeconds,
  };
}
