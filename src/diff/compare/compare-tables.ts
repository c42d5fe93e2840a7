import { OperatorError } from '../../common/operator-error.js';
import type { IdRange } from '../../events/id-range.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import { hull, smaller } from '../tables/cut-ids.js';
import { DigestSeries } from '../tables/digest-series.js';
import type { EventsTable } from '../tables/events-table.js';
import { type OpenTable, type OpenTables, openTables } from '../tables/open-tables.js';
import { walkRanges } from '../tables/walk-ranges.js';
import type { Comparison, Outcome } from './comparison.js';
import { lookAhead } from './look-ahead.js';
import { PairComparison } from './pair-comparison.js';

/** `done` of `total` events; `total` is an estimate, and undefined where a server has no statistics. */
export type OnProgress = (done: number, total: number | undefined) => void;

export interface CompareOptions {
  /** Default 15 s. */
  readonly connectTimeoutMs?: number;
  /** Maximum number of events that one statement digests. Default 50,000. */
  readonly maxEventsPerRead?: number;
  /** Stop when this many events differ. Absent: find all differences. */
  readonly maxDiffs?: number | undefined;
  /** Compare only up to the smaller of the two highest ids, for tables that are being replicated. */
  readonly common?: boolean;
  /** Aborted to end the comparison with its reason. */
  readonly signal?: AbortSignal;
  /** Called after each range with the number of events compared so far, in all tables together. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Compares two tables byte for byte: `id`, `ts` to the microsecond, `event::text`. Both servers digest ranges
 * of ids at the same time; only in ranges that differ are events compared one by one. Ids beyond those that
 * are there at the beginning are not compared.
 * @throws OperatorError if a table cannot be read to the end, or both are the same table.
 */
export async function compareTables(
  left: ConnectionParams,
  right: ConnectionParams,
  options: CompareOptions = {},
): Promise<Comparison> {
  const [outcome] = await compareWithAll(left, [right], options);
  if (outcome?.comparison === undefined) throw outcome?.trouble;
  return outcome.comparison;
}

/**
 * Compares several tables with the left one, all at the same time. The left table is digested once for all.
 * @returns for each of `rights`, in order, a comparison or the reason why there is none.
 * @throws OperatorError if the left table cannot be read.
 */
export async function compareWithAll(
  left: ConnectionParams,
  rights: readonly ConnectionParams[],
  options: CompareOptions = {},
): Promise<Outcome[]> {
  const { connectTimeoutMs = 15_000, signal, maxEventsPerRead } = options;
  const open = { connectTimeoutMs, maxEventsPerRead, pipeline: true, ...(signal && { signal }) };
  await using tables = await openTables(left, rights, open);
  const ids = idsOf(tables);
  const source = { table: tables.left.table, digests: digestAll(tables.left.table, ids) };
  const onRange = countEvents(tables, options.onProgress);
  const comparing = tables.rights.map(async (right) => {
    if (right.status === 'rejected') throw right.reason;
    const { table } = right.value;
    const compared = options.common ? commonIds(ids, tables.left, right.value) : ids;
    return new PairComparison(source, table, { ids: compared, maxDiffs: options.maxDiffs, onRange }).run();
  });
  const settled = await Promise.allSettled(comparing);
  options.signal?.throwIfAborted();
  return settled.map((result, index) => outcomeOf(rights[index] ?? left, result));
}

/** From the first to the last id of all tables that could be opened. */
function idsOf({ left, rights }: OpenTables): IdRange | undefined {
  const opened = rights.flatMap((right) => (right.status === 'fulfilled' ? [right.value] : []));
  return hull([left, ...opened].map(({ extent }) => extent.ids));
}

/** Digests the ids in ranges, each with as many events of this table as one statement digests. */
function digestAll(table: EventsTable, ids: IdRange | undefined): DigestSeries {
  if (ids === undefined) return new DigestSeries(async () => undefined);
  const walk = walkRanges(table, ids, lookAhead(table.roundTripMs, table.eventsPerRead));
  return new DigestSeries(async () => (await walk.next()).value);
}

/**
 * The ids that both tables have reached.
 * @throws OperatorError if one table is empty: nothing would be compared, and that must not count as equal.
 */
function commonIds(ids: IdRange | undefined, left: OpenTable, right: OpenTable): IdRange | undefined {
  const [ours, theirs] = [left.extent.ids, right.extent.ids];
  if (ids && ours && theirs) return { from: ids.from, to: smaller(ours.to, theirs.to) };
  if (ours === theirs) return undefined;
  const [empty, other] = ours === undefined ? [left, right] : [right, left];
  throw new OperatorError(
    `${empty.table.where} is empty: it has no ids in common with ${other.table.where}.`,
    { hint: 'Wait until something has been copied, or compare without --common.' },
  );
}

function outcomeOf(right: ConnectionParams, result: PromiseSettledResult<Comparison>): Outcome {
  return result.status === 'fulfilled'
    ? { right, comparison: result.value }
    : { right, trouble: result.reason };
}

function countEvents({ left, rights }: OpenTables, onProgress: OnProgress = () => {}) {
  const { estimatedEvents } = left.extent;
  const total = estimatedEvents === undefined ? undefined : Number(estimatedEvents) * rights.length;
  let done = 0;
  return (events: bigint): void => {
    done += Number(events);
    onProgress(done, total);
  };
}
