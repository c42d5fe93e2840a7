// @ts-nocheck
import pg from 'pg';
import { perfOperations } from '../../src/load/data/perf-data.js';
import { insertValues } from '../../src/load/insert-values.js';
import { encodeJsonbArray } from '../../src/load/jsonb-array.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';

/** Calls made ahead, so that making them is not measured. */
const EVENTS_PREPARED = 20_000;

/** How events get in: our function, the original's, or the original's with everything pasted into the statement. */
export type Way = 'append_events' | 'insert_events' | 'insert_events, pasted';

/** One call, ready to be sent. */
interface Call {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export interface CallLoad {
  readonly way: Way;
  readonly eventsPerCall: number;
  /** Connections that call at the same time. */
  readonly loaders: number;
  readonly seconds: number;
  readonly stop: AbortSignal;
}

/** Calls one after the other on each connection, each its own transaction. @returns what was committed, and in what time. */
export async function callRepeatedly(
  source: ConnectionParams,
  load: CallLoad,
): Promise<{ events: number; seconds: number }> {
  const calls = prepareCalls(load);
  const startedAtMs = performance.now();
  const counts = await Promise.all(
    Array.from({ length: load.loaders }, () => callUntil(source, calls, load)),
  );
  const made = counts.reduce((sum, count) => sum + count, 0);
  return { events: made * load.eventsPerCall, seconds: (performance.now() - startedAtMs) / 1000 };
}

async function callUntil(
  source: ConnectionParams,
  calls: readonly Call[],
  { seconds, stop }: CallLoad,
): Promise<number> {
  await using connection = await connectTo(source);
  const endMs = performance.now() + seconds * 1000;
  let made = 0;
  while (performance.now() < endMs) {
    stop.throwIfAborted();
    const call = calls[made % calls.length];
    if (call !== undefined) await connection.query(call.sql, call.values);
    made += 1;
  }
  return made;
}

function prepareCalls({ way, eventsPerCall }: CallLoad): Call[] {
  const calls = Math.max(2, Math.ceil(EVENTS_PREPARED / eventsPerCall));
  const operations = perfOperations({
    events: calls * eventsPerCall,
    maxEventsPerInsert: eventsPerCall,
    seed: 1,
  });
  return Array.from(operations, ({ events }) => prepareCall(way, events));
}

function prepareCall(way: Way, events: readonly string[]): Call {
  if (way === 'append_events')
    return { sql: 'SELECT append_events($1::jsonb[])', values: [encodeJsonbArray(events)] };
  if (way === 'insert_events') return { sql: 'SELECT insert_events($1)', values: [insertValues(events)] };
  return { sql: `SELECT insert_events(${pg.escapeLiteral(insertValues(events))})`, values: [] };
}
