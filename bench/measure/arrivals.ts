import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';

export interface ArrivalLoad {
  readonly source: ConnectionParams;
  readonly destination: ConnectionParams;
  readonly transactionsPerSecond: number;
  readonly seconds: number;
  readonly stop: AbortSignal;
}

const PATIENCE_MS = 60_000;
const APPEND = "SELECT append_events(ARRAY['{}']::jsonb[]) AS id";
/** The function is called before the clock is read: they are evaluated in their order. */
const WAIT = `SELECT wait_for_event($1::bigint, ${PATIENCE_MS}) AS here, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS at`;

/**
 * Appends one event at a time and waits for it in the destination, in sessions that stay open.
 * @returns when the wait for each event was over, in microseconds since 1970 by the clock of the destination.
 */
export async function appendAndWait(load: ArrivalLoad): Promise<ReadonlyMap<bigint, number>> {
  await using writer = await connectTo(load.source);
  await using reader = await connectTo(load.destination);
  const waited = new Map<bigint, number>();
  const pauseMs = 1000 / load.transactionsPerSecond;
  for (let n = Math.round(load.transactionsPerSecond * load.seconds); n > 0; n--) {
    load.stop.throwIfAborted();
    const begun = sleep(pauseMs, undefined, { signal: load.stop }).catch(() => {});
    const [event] = await writer.query<{ id: bigint }>(APPEND);
    const [row] = await reader.query<{ here: boolean; at: bigint }>(WAIT, [event?.id]);
    if (event === undefined || !row?.here) throw new Error(`event ${event?.id} did not arrive`);
    waited.set(event.id, Number(row.at));
    await begun;
  }
  return waited;
}

/** Has sessions wait in vain for some seconds. */
export async function waitInVain(
  destination: ConnectionParams,
  { sessions, seconds }: { readonly sessions: number; readonly seconds: number },
): Promise<void> {
  const waiting = Array.from({ length: sessions }, async () => {
    await using session = await connectTo(destination);
    await session.query(`SELECT wait_for_event(9223372036854775807, ${seconds * 1000})`);
  });
  await Promise.all(waiting);
}
