// @ts-nocheck
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectToAll } from './connect-to-all.js';
import { waitUntil } from './wait-until.js';

/** The table grows by a page when the first events are written, before anybody commits them. */
const HAS_EVENTS_SQL = "SELECT pg_relation_size('public.events') > 0 AS yes";

/** Sees when copying begins, whoever copies. Disposing ends the watch. */
export interface FirstEvents extends AsyncDisposable {
  /** `performance.now()` when one of the destinations had its first events, to 10 ms; NaN when none has any yet. */
  atMs(): number;
}

/** Watches empty destinations until one of them has its first events. */
export async function watchFirstEvents(
  destinations: readonly ConnectionParams[],
  stop: AbortSignal,
): Promise<FirstEvents> {
  const sessions = await connectToAll(destinations);
  const ended = new AbortController();
  let firstAtMs = Number.NaN;
  const isOver = async (connection: (typeof sessions.connections)[number]) => {
    if (!Number.isNaN(firstAtMs)) return true;
    const [row] = await connection.query<{ yes: boolean }>(HAS_EVENTS_SQL);
    if (row?.yes === true && Number.isNaN(firstAtMs)) firstAtMs = performance.now();
    return row?.yes === true;
  };
  const until = AbortSignal.any([stop, ended.signal]);
  const watching = Promise.allSettled(
    sessions.connections.map((connection) => waitUntil(until, () => isOver(connection))),
  );
  return {
    atMs: () => firstAtMs,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await watching;
      await sessions[Symbol.asyncDispose]();
    },
  };
}
