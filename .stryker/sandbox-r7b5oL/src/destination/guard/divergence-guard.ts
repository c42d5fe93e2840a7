/**
 * Compares the first event and the last hundred events of a destination with the source, byte for byte; the
 * servers compute digests. It finds a source that was restored and gave ids out again, a destination that
 * somebody edited, a wrong database, and a destination of version 0.1.4, which cut `ts` to milliseconds.
 */
// @ts-nocheck


import { DivergenceError } from '../../common/operator-error.js';
import { DIGESTED_BYTES, type Fingerprint } from '../../events/fingerprint.js';
import type { Connection } from '../../pg/connection.js';

/** How many of a destination's last events are compared. */
const LAST_EVENTS = 100;

/** What a server reports about one event. */
export interface EventDigest {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC as 16 hexadecimal digits: exact, whatever the session's time zone. */
  readonly ts: string;
  /** SHA-256 of `event::text` in UTF-8. */
  readonly event: string;
  /** Length of that text. */
  readonly bytes: number;
}

/** @param clause which events. Its `OFFSET 0` or LIMIT keeps the server from computing each text twice. */
function digestsSql(clause: string): string {
  return `SELECT id, encode(timestamptz_send(ts), 'hex') AS ts, encode(sha256(text), 'hex') AS event, length(text) AS bytes
            FROM (SELECT id, ts, textsend(event::text) AS text FROM public.events ${clause}) AS events`;
}

/** A destination's first event and its last ones. */
export function readLatest(destination: Connection): Promise<EventDigest[]> {
  return destination.query<EventDigest>(
    `(${digestsSql('ORDER BY id LIMIT 1')}) UNION (${digestsSql(`ORDER BY id DESC LIMIT ${LAST_EVENTS}`)}) ORDER BY id`,
  );
}

/**
 * Compares the latest events of the destination with the source. Writes nothing.
 * @param theirs result of `readLatest`.
 * @returns the last event of the destination; undefined if it has none.
 * @throws DivergenceError naming the first id that differs.
 */
export async function guardAgainstDivergence(
  source: Connection,
  destination: Connection,
  theirs: readonly EventDigest[],
): Promise<Fingerprint | undefined> {
  const seen = await differenceOf(source, theirs);
  if (seen === undefined) return fingerprint(theirs.at(-1));
  const equal = theirs.findLast(({ id }) => id < seen.id)?.id ?? seen.id - 1n;
  const difference = await whereTheyPart(source, destination, { equal, differing: seen });
  throw divergence(source, destination, difference);
}

/**
 * @returns an error that says how event `id` of the destination differs; undefined if the source holds the
 *   same event.
 */
export async function divergenceAt(
  source: Connection,
  destination: Connection,
  id: bigint,
): Promise<DivergenceError | undefined> {
  const theirs = await destination.query<EventDigest>(digestsSql('WHERE id = $1::bigint OFFSET 0'), [id]);
  const difference = await differenceOf(source, theirs);
  return difference && divergence(source, destination, difference);
}

function divergence(
  { where: source }: Connection,
  { where: destination }: Connection,
  { id, how, hint }: Difference,
): DivergenceError {
  const message = `Destination ${destination} differs from source ${source}: event ${id} ${how}. Nothing was written.`;
  return new DivergenceError(message, { hint });
}

function fingerprint(last: EventDigest | undefined): Fingerprint | undefined {
  if (last === undefined) return undefined;
  const { id, ts, event, bytes } = last;
  return { id, ts: micros(ts), bytes, digest: bytes <= DIGESTED_BYTES ? event : undefined };
}

async function differenceOf(
  source: Connection,
  theirs: readonly EventDigest[],
): Promise<Difference | undefined> {
  const ours = await source.query<EventDigest>(
    digestsSql('WHERE id = ANY ($1::bigint[]) ORDER BY id OFFSET 0'),
    [theirs.map(({ id }) => id)],
  );
  return firstDifference(ours, theirs);
}

/**
 * Finds a difference between an id up to which the tables are equal and an event that differs, by halving:
 * about forty short queries, however large the tables are. If everything behind the first difference differs
 * too, as after a restore of the source, it finds the first one. If single events were edited, it finds one
 * of them.
 */
export async function whereTheyPart(
  source: Connection,
  destination: Connection,
  { equal, differing }: { equal: bigint; differing: Difference },
): Promise<Difference> {
  let [low, high, found] = [equal, differing.id, differing];
  while (high - low > 1n) {
    const middle = low + (high - low) / 2n;
    const theirs = await destination.query<EventDigest>(
      digestsSql('WHERE id >= $1::bigint AND id < $2::bigint ORDER BY id LIMIT 1'),
      [middle, high],
    );
    const difference = await differenceOf(source, theirs);
    if (difference !== undefined) found = difference;
    if (difference !== undefined || theirs[0] === undefined) high = difference?.id ?? middle;
    else low = theirs[0].id;
  }
  return found;
}

/** An event that differs from the source: in which way, and what to do. */
export interface Difference {
  readonly id: bigint;
  readonly how: string;
  readonly hint: string;
}

/** Finds the first event of a destination that differs from the source. */
export function firstDifference(
  source: readonly EventDigest[],
  destination: readonly EventDigest[],
): Difference | undefined {
  const byId = new Map(source.map((event) => [event.id, event]));
  for (const event of destination) {
    const how = difference(byId.get(event.id), event);
    if (how !== undefined) return { id: event.id, ...how };
  }
  return undefined;
}

function difference(
  source: EventDigest | undefined,
  destination: EventDigest,
): Omit<Difference, 'id'> | undefined {
  if (source === undefined) return UNKNOWN_TO_SOURCE;
  if (source.event !== destination.event) return { how: 'has a different "event"', hint: LOOK };
  if (source.ts === destination.ts) return undefined;
  if (isCut(source.ts, destination.ts)) {
    return { how: 'has a "ts" without its microseconds, as slate-replicator 0.1.4 wrote it', hint: MEND };
  }
  return { how: 'has a different "ts"', hint: LOOK };
}

const LOOK =
  'Compare the two with slate-eventsDiff. If the destination is wrong, repair it with slate-eventsDiff --repair, or start with an empty one.';
const MEND =
  'Run slate-eventsDiff --repair with this configuration: it copies the exact "ts" from the source.';

/** The difference of an event that only the destination has. */
export const UNKNOWN_TO_SOURCE = { how: 'does not exist in the source', hint: LOOK } as const;

/** True when `destination` is `source` cut to its millisecond. */
function isCut(source: string, destination: string): boolean {
  const exact = micros(source);
  const sinceMillisecond = ((exact % 1000n) + 1000n) % 1000n;
  return micros(destination) === exact - sinceMillisecond;
}

/** Hexadecimal digits of an int64. */
function micros(hex: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hex}`));
}
