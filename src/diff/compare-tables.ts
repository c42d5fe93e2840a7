import { OperatorError } from '../lifecycle/operator-error.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { type IdRange, idCount } from '../plan/id-range.js';
import type { Comparison, Outcome } from './comparison.js';
import { cutSpan, hull, smaller, upTo } from './cut-ids.js';
import { DigestSeries } from './digest-series.js';
import type { TableExtent } from './events-table.js';
import { type OpenTable, type OpenTables, openTables } from './open-tables.js';
import { type DigestedTable, PairComparison } from './pair-comparison.js';

/** `done` of `total` ids. */
export type OnProgress = (done: number, total: number) => void;

export interface CompareOptions {
  /** Default 15 s. */
  readonly connectTimeoutMs?: number;
  /** Events that one statement digests. Default 50,000. */
  readonly maxEventsPerRead?: number;
  /** Stop looking when so many events differ; absent: find them all. */
  readonly maxDiffs?: number;
  /** Compare only up to the smaller highest id, for tables that are being replicated right now. */
  readonly common?: boolean;
  /** When aborted, comparing ends with its reason. */
  readonly signal?: AbortSignal;
  /** Told after each range how many ids have been compared, of how many, in all tables together. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Compares two tables byte for byte: `id`, `ts` to the microsecond, `event::text`. The servers digest ranges of ids, both at
 * the same time; only where the digests differ are events looked at one by one. Ids beyond those that are there at the beginning are not compared.
 * @throws OperatorError when one of them cannot be read to the end, or both are the same table.
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
 * Compares several tables with the left one, all at the same time; the left one is digested once for all.
 * @returns for each of `rights` in turn how it compares, or why that could not be found out.
 * @throws OperatorError when the left table cannot be read.
 */
export async function compareWithAll(
  left: ConnectionParams,
  rights: readonly ConnectionParams[],
  options: CompareOptions = {},
): Promise<Outcome[]> {
  const { connectTimeoutMs = 15_000, signal } = options;
  await using tables = await openTables(left, rights, { connectTimeoutMs, ...(signal && { signal }) });
  const source = digested(tables, options.maxEventsPerRead ?? 50_000);
  const onRange = countIds(source.ranges, rights.length, options.onProgress);
  const comparing = tables.rights.map(async (right) => {
    if (right.status === 'rejected') throw right.reason;
    const { table } = right.value;
    const ranges = options.common ? commonRanges(source.ranges, tables.left, right.value) : source.ranges;
    return new PairComparison(source, table, { ranges, maxDiffs: options.maxDiffs, onRange }).run();
  });
  const settled = await Promise.allSettled(comparing);
  options.signal?.throwIfAborted();
  return settled.map((result, index) => outcomeOf(rights[index] ?? left, result));
}

/** One grid of ranges for all, so that they can share what the left table says of each. */
function digested({ left, rights }: OpenTables, maxEventsPerRead: number): DigestedTable {
  const opened = rights.flatMap((right) => (right.status === 'fulfilled' ? [right.value] : []));
  const extents = [left, ...opened].map(({ extent }) => extent);
  const span = hull(extents.map(({ ids }) => ids));
  const ranges =
    span === undefined
      ? []
      : cutSpan(span, { eventsPerRange: BigInt(maxEventsPerRead), estimatedEvents: mostEvents(extents) });
  return {
    table: left.table,
    ranges,
    digests: new DigestSeries(ranges, (range) => left.table.digest(range)),
  };
}

/** @throws OperatorError when one table is empty: nothing would be compared then, and that must not pass for equal. */
function commonRanges(ranges: readonly IdRange[], left: OpenTable, right: OpenTable): IdRange[] {
  const [ours, theirs] = [left.extent.ids, right.extent.ids];
  if (ours !== undefined && theirs !== undefined) return upTo(ranges, smaller(ours.to, theirs.to));
  if (ours === theirs) return [];
  const [empty, other] = ours === undefined ? [left, right] : [right, left];
  throw new OperatorError(
    `${empty.table.where} is empty: there is nothing in common with ${other.table.where} to compare.`,
    { hint: 'Wait until something has been copied, or compare without --common.' },
  );
}

/** Undefined where a server does not know: its table may be the larger one. */
function mostEvents(extents: readonly TableExtent[]): bigint | undefined {
  let most = 0n;
  for (const { estimatedEvents } of extents) {
    if (estimatedEvents === undefined) return undefined;
    if (estimatedEvents > most) most = estimatedEvents;
  }
  return most;
}

function outcomeOf(right: ConnectionParams, result: PromiseSettledResult<Comparison>): Outcome {
  return result.status === 'fulfilled'
    ? { right, comparison: result.value }
    : { right, trouble: result.reason };
}

function countIds(ranges: readonly IdRange[], rights: number, onProgress: OnProgress = () => {}) {
  const total = ranges.reduce((sum, range) => sum + idCount(range), 0n) * BigInt(rights);
  let done = 0n;
  return (range: IdRange): void => {
    done += idCount(range);
    onProgress(Number(done), Number(total));
  };
}
