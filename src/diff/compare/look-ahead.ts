/** So many statements are under way besides the one whose answer is awaited, however near the servers are. */
const AT_LEAST = 4;
/** As many as a server may have waiting: each is a few hundred bytes. */
const AT_MOST = 64;
/** No server digests faster (measured: 350 events in a millisecond). */
const EVENTS_PER_MS = 1_000;

/**
 * How many statements are asked ahead of the one whose answer is awaited, so that the way does not keep the
 * server idle.
 */
export function lookAhead(roundTripMs: number, eventsPerRead: bigint): number {
  const onTheWay = Math.ceil((roundTripMs * EVENTS_PER_MS) / Number(eventsPerRead));
  return Math.min(AT_LEAST + onTheWay, AT_MOST);
}
