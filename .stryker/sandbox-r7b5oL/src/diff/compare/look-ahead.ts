/** How many statements are sent in advance at least, however near the servers are. */
// @ts-nocheck

const AT_LEAST = 4;
/** How many statements may wait at a server. Each has a few hundred bytes. */
const AT_MOST = 64;
/** More than any server digests (measured: 350 events in a millisecond). */
const EVENTS_PER_MS = 1_000;

/** How many statements to send in advance, so that the server does not idle during a round trip. */
export function lookAhead(roundTripMs: number, eventsPerRead: bigint): number {
  const onTheWay = Math.ceil((roundTripMs * EVENTS_PER_MS) / Number(eventsPerRead));
  return Math.min(AT_LEAST + onTheWay, AT_MOST);
}
