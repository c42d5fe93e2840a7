// @ts-nocheck
import type { EventsTable } from '../tables/events-table.js';
import type { DifferenceKind, DifferenceRange } from './difference.js';
import { firstJsonDifference, type JsonDifference, shortenJson } from './first-json-difference.js';

/** One differing event, for people: what exactly differs. */
export interface EventExample {
  readonly id: bigint;
  readonly kind: DifferenceKind;
  /** Both values as the servers print them, in UTC. Absent if they are equal. */
  readonly ts?: { readonly left: string; readonly right: string };
  /** Absent if the events are equal. */
  readonly event?: JsonDifference;
}

/** How many events of each kind are read. */
const EXAMPLES_PER_KIND = 10;
/** Longer events are not fetched just to be shown. */
const MAX_SHOWN_BYTES = 1_000_000;

const SHOWN_KINDS = ['tsTruncated', 'ts', 'event', 'tsAndEvent'] as const satisfies DifferenceKind[];

interface ShownEvent {
  readonly id: bigint;
  readonly ts: string;
  /** Null if the event is too long. */
  readonly event: string | null;
}

/** An event that only the left table has, for people; the event is shortened. */
export interface NewEvent {
  readonly id: bigint;
  readonly ts: string;
  readonly event: string;
}

/** Reads the first few events of ranges. */
export async function readNewEvents(
  left: EventsTable,
  ranges: readonly DifferenceRange[],
): Promise<NewEvent[]> {
  const ids = await firstIds(left, ranges.slice(0, EXAMPLES_PER_KIND));
  const events = await readEvents(left, ids);
  return events.map(({ event, ...rest }) => ({ ...rest, event: shortenJson(event) }));
}

/** Reads the first few differing events of each kind that both tables have, by ascending id. */
export async function readExamples(
  left: EventsTable,
  right: EventsTable,
  ranges: readonly DifferenceRange[],
): Promise<EventExample[]> {
  const examples = SHOWN_KINDS.map(async (kind) => {
    const ofKind = ranges.filter((range) => range.kind === kind).slice(0, EXAMPLES_PER_KIND);
    return ofKind.length === 0 ? [] : readKind(kind, ofKind, { left, right });
  });
  return (await Promise.all(examples)).flat();
}

async function readKind(
  kind: DifferenceKind,
  ranges: readonly DifferenceRange[],
  { left, right }: { readonly left: EventsTable; readonly right: EventsTable },
): Promise<EventExample[]> {
  const ids = await firstIds(left, ranges);
  const [ours, theirs] = await Promise.all([readEvents(left, ids), readEvents(right, ids)]);
  return ours.flatMap((event) => {
    const other = theirs.find(({ id }) => id === event.id);
    return other === undefined ? [] : [describe(kind, event, other)];
  });
}

/**
 * Ids of the first events. The limit within each range keeps a server without statistics from reading whole
 * ranges.
 */
async function firstIds(table: EventsTable, ranges: readonly DifferenceRange[]): Promise<bigint[]> {
  const rows = await table.query<{ id: bigint }>(
    `SELECT events.id FROM unnest($1::bigint[], $2::bigint[]) AS ranges (first, last)
      CROSS JOIN LATERAL (SELECT id FROM public.events WHERE id BETWEEN first AND last
                           ORDER BY id LIMIT ${EXAMPLES_PER_KIND}) AS events
      ORDER BY events.id LIMIT ${EXAMPLES_PER_KIND}`,
    [ranges.map(({ from }) => from), ranges.map(({ to }) => to)],
  );
  return rows.map(({ id }) => id);
}

function readEvents(table: EventsTable, ids: readonly bigint[]): Promise<ShownEvent[]> {
  return table.query<ShownEvent>(
    `SELECT id, ts::text AS ts, CASE WHEN octet_length(event::text) <= ${MAX_SHOWN_BYTES} THEN event::text END AS event
       FROM public.events WHERE id = ANY ($1::bigint[]) ORDER BY id`,
    [ids],
  );
}

function describe(kind: DifferenceKind, left: ShownEvent, right: ShownEvent): EventExample {
  const ts = left.ts === right.ts ? {} : { ts: { left: left.ts, right: right.ts } };
  const event = left.event === right.event ? {} : { event: firstJsonDifference(left.event, right.event) };
  return { id: left.id, kind, ...ts, ...event };
}
