// @ts-nocheck
import type { Load } from '../measure/paced-writer.js';
import { situation } from './live.js';

/** What the profile goes through. */
export interface Grid {
  /** Between the source's server and the destinations'. */
  readonly roundTripsMs: readonly number[];
  readonly destinations: readonly number[];
  readonly loads: readonly Load[];
}

const LIGHT = { transactionsPerSecond: 50, eventsPerTransaction: 1 };
const BUSY = { transactionsPerSecond: 200, eventsPerTransaction: 1 };

export const FULL_GRID: Grid = {
  roundTripsMs: [0, 20, 80, 200],
  destinations: [1, 8],
  loads: [LIGHT, BUSY],
};
export const QUICK_GRID: Grid = { roundTripsMs: [0, 80], destinations: [1, 8], loads: [LIGHT] };

/** `80 ms, 8 destinations` */
export function place(roundTripMs: number, destinations: number): string {
  return `${roundTripMs} ms, ${destinations} destination${destinations === 1 ? '' : 's'}`;
}

/** `80 ms, 8 destinations, 50/s × 1` */
export function livePlace(roundTripMs: number, destinations: number, load: Load): string {
  return `${roundTripMs} ms, ${situation(load, destinations)}`;
}

/** `80 ms, 8 destinations, nothing to copy` */
export function startPlace(roundTripMs: number, destinations: number): string {
  return `${place(roundTripMs, destinations)}, nothing to copy`;
}
