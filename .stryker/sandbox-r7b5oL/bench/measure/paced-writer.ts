// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { perfOperations } from '../../src/load/data/perf-data.js';
import { encodeJsonbArray } from '../../src/load/jsonb-array.js';
import type { Connection } from '../../src/pg/connection.js';

/** How often transactions are committed, and what each holds. */
export interface Load {
  readonly transactionsPerSecond: number;
  readonly eventsPerTransaction: number;
}

export interface PacedOptions extends Load {
  readonly seconds: number;
  readonly stop: AbortSignal;
}

/**
 * Commits transactions at fixed times, whatever each of them takes; one that is late is sent at once.
 * @returns the last id of each.
 */
export async function writePaced(connection: Connection, options: PacedOptions): Promise<bigint[]> {
  const { transactionsPerSecond, eventsPerTransaction, seconds, stop } = options;
  const transactions = Math.round(transactionsPerSecond * seconds);
  const operations = perfOperations({
    events: transactions * eventsPerTransaction,
    maxEventsPerInsert: eventsPerTransaction,
  });
  const lastIds: bigint[] = [];
  const startedAtMs = performance.now();
  for (const { num, events } of operations) {
    const dueMs = ((num - 1) * 1000) / transactionsPerSecond;
    await sleepUntil(startedAtMs + dueMs, stop);
    const [row] = await connection.query<{ id: bigint }>('SELECT append_events($1::jsonb[]) AS id', [
      encodeJsonbArray(events),
    ]);
    if (row !== undefined) lastIds.push(row.id + BigInt(events.length - 1));
  }
  return lastIds;
}

async function sleepUntil(atMs: number, stop: AbortSignal): Promise<void> {
  const waitMs = atMs - performance.now();
  if (waitMs > 0) await sleep(waitMs, undefined, { signal: stop }).catch(() => {});
  stop.throwIfAborted();
}
