/** A long way between the source's server and the destinations'. */
// @ts-nocheck

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { ServerPlace } from '../../test/support/network/server-socket.js';
import type { WayThreadData } from './way-thread.js';

/** A source, and the destinations of its events. */
export interface Ends {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
}

export interface Way {
  /** The same source, as the destinations' server reaches it. */
  toSource(params: ConnectionParams): ConnectionParams;
  /** The same destination, as somebody beside the source reaches it. */
  toDestination(params: ConnectionParams): ConnectionParams;
  /** @returns what tells how much of the time since now was used to carry bytes: 1 is one core. */
  watchBusy(): () => number;
}

/** Disposing ends all that goes over it. */
export interface OpenWay extends Way, AsyncDisposable {}

/** Source and destinations stand next to each other. */
export const NO_DISTANCE: Way = {
  toSource: (params) => params,
  toDestination: (params) => params,
  watchBusy: () => () => Number.NaN,
};

/** Both ends as somebody reaches them who stands beside one of them. */
export function seenFrom(place: 'source' | 'destinations', way: Way, { source, destinations }: Ends): Ends {
  return place === 'source'
    ? { source, destinations: destinations.map((each) => way.toDestination(each)) }
    : { source: way.toSource(source), destinations };
}

/**
 * Starts a proxy before each server, both in one thread of their own.
 * @param oneWayMs how long each direction takes.
 */
export async function startWay(
  { source, destination }: { readonly source: ServerPlace; readonly destination: ServerPlace },
  oneWayMs: number,
): Promise<OpenWay> {
  const places = [source, destination].map(({ host, port }) => ({ host, port }));
  const workerData: WayThreadData = { places, oneWayMs };
  const thread = new Worker(new URL('./way-thread.js', import.meta.url), { workerData });
  const [[sourcePort, destinationPort]] = (await once(thread, 'message')) as [[number, number]];
  const through = (port: number) => (params: ConnectionParams) => ({ ...params, host: '127.0.0.1', port });
  return {
    toSource: through(sourcePort),
    toDestination: through(destinationPort),
    watchBusy: () => {
      const before = thread.performance.eventLoopUtilization();
      return () => thread.performance.eventLoopUtilization(before).utilization;
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}
