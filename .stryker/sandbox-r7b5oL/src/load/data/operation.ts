// @ts-nocheck
import { createRandom, type Random } from './random.js';

/**
 * The events of one `append_events` (or `insert_events`) call: written whole, with consecutive ids, or not at
 * all.
 */
export interface Operation {
  /** 1, 2, 3, …: `testingStats.dbOperationNum`. */
  readonly num: number;
  /** JSON texts, in the order of their ids. */
  readonly events: readonly string[];
  /** `num` of the operation that must be written before this one, if any. */
  readonly after?: number;
}

/** An event without its `testingStats`. */
export interface EventBody {
  readonly name: string;
  readonly data: object;
  readonly metadata: { readonly initiatorId: string; readonly command: string };
  /** Further top-level keys. */
  readonly [key: string]: unknown;
}

/**
 * Maximum number of events of one call. PostgreSQL takes 1 GB in one parameter; an event has about 0.6 KB.
 */
export const MAX_EVENTS_PER_OPERATION = 1_000_000;

/** `dbOperationTS` of a seeded loader counts milliseconds from here: a clock would make two runs differ. */
const SEEDED_START_MS = Date.UTC(2020, 0, 1);

export type MakeOperation = (bodies: readonly EventBody[], after?: number) => Operation;

/**
 * Numbers operations from 1 and gives their events `testingStats`, by which `slate-eventsDiff -v` proves that
 * each call arrived whole. The ids of program and operations come from a random stream of their own, so that
 * they do not change the seeded event data.
 */
export function createOperationMaker(seed?: number): MakeOperation {
  const random = createRandom(seed === undefined ? undefined : -1 - seed);
  const programId = random.uuid();
  const startMs = seed === undefined ? undefined : SEEDED_START_MS;
  let num = 0;
  return (bodies, after) => {
    num += 1;
    const nowMs = startMs === undefined ? Date.now() : startMs + num;
    const stats = describeCall({ programId, num, random, count: bodies.length, nowMs });
    const events = bodies.map((body, index) => `${JSON.stringify(body).slice(0, -1)},${stats}${index + 1}}}`);
    return after === undefined ? { num, events } : { num, events, after };
  };
}

interface Call {
  programId: string;
  num: number;
  random: Random;
  count: number;
  nowMs: number;
}

/** JSON text of what is the same for all events of one call; only the number of the event is missing. */
function describeCall({ programId, num, random, count, nowMs }: Call): string {
  const stats = {
    programId,
    dbOperationNum: num,
    dbOperationId: random.uuid(),
    dbOperationEventCount: count,
    dbOperationTS: new Date(nowMs).toISOString(),
  };
  return `"testingStats":${JSON.stringify(stats).slice(0, -1)},"dbOperationEventNum":`;
}
