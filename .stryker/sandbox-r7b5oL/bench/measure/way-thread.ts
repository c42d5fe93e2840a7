/** The thread that carries the bytes of a long way, so that whoever measures does not wait for them. */
// @ts-nocheck

import { parentPort, workerData } from 'node:worker_threads';
import { startDistance } from '../../test/support/network/distance.js';
import type { ServerPlace } from '../../test/support/network/server-socket.js';

export interface WayThreadData {
  readonly places: readonly ServerPlace[];
  readonly oneWayMs: number;
}

const { places, oneWayMs } = workerData as WayThreadData;
const distances = await Promise.all(places.map((place) => startDistance(place, oneWayMs)));
parentPort?.postMessage(distances.map(({ port }) => port));
