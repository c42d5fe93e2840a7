import { type IdRange, idCount } from '../plan/id-range.js';

/** A table that has no statistics is taken to have all ids of its span, but to be worth at most this many ranges. */
const MAX_RANGES_WITHOUT_ESTIMATE = 10_000n;

export interface CutOptions {
  /** Wanted per range. */
  readonly eventsPerRange: bigint;
  /** How many events there are, as far as the server's statistics know. */
  readonly estimatedEvents?: bigint | undefined;
}

/**
 * Cuts a span of ids into ranges of equal width that hold about `eventsPerRange` events each, so that neither
 * statements nor their number grow with the holes between the ids.
 */
export function cutSpan(span: IdRange, { eventsPerRange, estimatedEvents }: CutOptions): IdRange[] {
  const ids = idCount(span);
  const events = smaller(ids, estimatedEvents ?? MAX_RANGES_WITHOUT_ESTIMATE * eventsPerRange);
  const ranges = ceilDivide(events > 0n ? events : 1n, eventsPerRange);
  const width = ceilDivide(ids, ranges);
  return cut(span, width > eventsPerRange ? width : eventsPerRange);
}

/** Cuts a range into at most `parts` ranges of equal width. */
export function split(range: IdRange, parts: bigint): IdRange[] {
  return cut(range, ceilDivide(idCount(range), parts));
}

/** What of the ranges is not beyond `to`. */
export function upTo(ranges: readonly IdRange[], to: bigint): IdRange[] {
  return ranges
    .filter((range) => range.from <= to)
    .map((range) => ({ from: range.from, to: smaller(range.to, to) }));
}

/** The smallest range that covers all of these; undefined for none. */
export function hull(ranges: readonly (IdRange | undefined)[]): IdRange | undefined {
  return ranges.reduce(spanning, undefined);
}

function spanning(a: IdRange | undefined, b: IdRange | undefined): IdRange | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { from: smaller(a.from, b.from), to: larger(a.to, b.to) };
}

/** Math.min and Math.max take no bigint. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}

function cut({ from, to }: IdRange, width: bigint): IdRange[] {
  const ranges: IdRange[] = [];
  for (let start = from; start <= to; start += width) {
    ranges.push({ from: start, to: smaller(start + width - 1n, to) });
  }
  return ranges;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
