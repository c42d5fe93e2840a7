// @ts-nocheck
import { type IdRange, idCount } from '../../events/id-range.js';
import type { DifferenceRange } from '../compare/difference.js';
import { larger } from '../tables/cut-ids.js';
import type { EventRows } from '../tables/event-rows.js';
import type { EventsTable } from '../tables/events-table.js';
import { type RepairColumns, selectRowsSql, sizesSql } from './repair-sql.js';

/** Events that are written at a time, at most: enough for round trips not to matter. */
const MAX_EVENTS = 5_000n;
/** Bytes of events that are held in memory at a time, unless a single event is larger. */
const MAX_BYTES = 4n * 1024n * 1024n;

interface SizedEvent {
  readonly id: bigint;
  readonly bytes: bigint;
}

/**
 * Reads the events of ranges, in pieces that fit into memory. Each piece is one short statement, so no
 * snapshot of the left table is open while the right table is written.
 * @param ranges ascending.
 */
export async function* readRows(
  table: EventsTable,
  ranges: readonly DifferenceRange[],
  columns: RepairColumns,
): AsyncGenerator<EventRows> {
  for (const group of groupsOf(ranges)) {
    for (let rest: readonly IdRange[] = group; rest.length > 0; ) {
      const events = await readSizes(table, rest, columns);
      for (const ids of piecesOf(events)) yield await table.copyRows(selectRowsSql(ids, columns));
      const last = events.at(-1);
      rest = last === undefined || BigInt(events.length) < MAX_EVENTS ? [] : behind(rest, last.id);
    }
  }
}

/**
 * Groups neighbouring ranges with few events, to be read together. A range with many events is a group of its
 * own.
 */
function* groupsOf(ranges: readonly DifferenceRange[]): Generator<readonly DifferenceRange[]> {
  let group: DifferenceRange[] = [];
  let events = 0n;
  for (const range of ranges) {
    if (group.length > 0 && events + range.count > MAX_EVENTS) {
      yield group;
      [group, events] = [[], 0n];
    }
    group.push(range);
    events += range.count;
  }
  if (group.length > 0) yield group;
}

function readSizes(
  table: EventsTable,
  ranges: readonly IdRange[],
  columns: RepairColumns,
): Promise<SizedEvent[]> {
  const [first, last] = [ranges.map(({ from }) => from), ranges.map(({ to }) => to)];
  return table.query<SizedEvent>(sizesSql(columns), [first, last, MAX_EVENTS]);
}

function* piecesOf(events: readonly SizedEvent[]): Generator<readonly bigint[]> {
  let ids: bigint[] = [];
  let total = 0n;
  for (const { id, bytes } of events) {
    if (ids.length > 0 && total + bytes > MAX_BYTES) {
      yield ids;
      [ids, total] = [[], 0n];
    }
    ids.push(id);
    total += bytes;
  }
  if (ids.length > 0) yield ids;
}

function behind(ranges: readonly IdRange[], id: bigint): IdRange[] {
  return ranges
    .map(({ from, to }) => ({ from: larger(from, id + 1n), to }))
    .filter((range) => idCount(range) > 0n);
}
