// @ts-nocheck
import { ConfigurationError } from '../../common/operator-error.js';
import { createOperationMaker, MAX_EVENTS_PER_OPERATION, type Operation } from './operation.js';
import { perfEvents, USER_EVENTS } from './perf-events.js';
import { createRandom } from './random.js';

export interface PerfDataOptions {
  /**
   * Filler events between two user events. Absent: 10,000, or with `events` as many as spread the user events
   * evenly.
   */
  readonly fillerEventsBetween?: number | undefined;
  readonly maxEventsPerInsert: number;
  /** Events in all. Absent: the 12 user events and the fillers between them. */
  readonly events?: number | undefined;
  /** The same seed gives the same events, to the byte. */
  readonly seed?: number | undefined;
}

export const PERF_DATA_DEFAULTS = { fillerEventsBetween: 10_000, maxEventsPerInsert: 25 } as const;

export interface PerfDataSize {
  readonly operations: number;
  readonly events: number;
  readonly fillerEventsBetween: number;
}

/**
 * How much `perfOperations` makes with these options.
 * @throws ConfigurationError if one call would hold more events than a call can.
 */
export function perfDataSize(options: PerfDataOptions): PerfDataSize {
  if (options.maxEventsPerInsert > MAX_EVENTS_PER_OPERATION) {
    throw new ConfigurationError(`--max-events-per-insert is at most ${MAX_EVENTS_PER_OPERATION}.`);
  }
  const fillerEventsBetween = options.fillerEventsBetween ?? spread(options.events);
  const events = options.events ?? USER_EVENTS + (USER_EVENTS - 1) * fillerEventsBetween;
  return { operations: Math.ceil(events / options.maxEventsPerInsert), events, fillerEventsBetween };
}

function spread(events: number | undefined): number {
  if (events === undefined) return PERF_DATA_DEFAULTS.fillerEventsBetween;
  return Math.max(0, Math.floor((events - USER_EVENTS) / (USER_EVENTS - 1)));
}

/** A few rare user events among many filler events, to see what an index is worth. */
export function* perfOperations(options: PerfDataOptions): Generator<Operation, void> {
  const { events, fillerEventsBetween } = perfDataSize(options);
  const makeOperation = createOperationMaker(options.seed);
  const bodies = perfEvents(createRandom(options.seed), fillerEventsBetween);
  for (let made = 0; made < events; made += options.maxEventsPerInsert) {
    const length = Math.min(options.maxEventsPerInsert, events - made);
    yield makeOperation(Array.from({ length }, () => bodies.next().value));
  }
}
