// @ts-nocheck
import { type IdRange, idCount } from '../../events/id-range.js';

/** Cuts a range into at most `parts` ranges of equal width. */
export function split({ from, to }: IdRange, parts: bigint): IdRange[] {
  const width = dividedUp(idCount({ from, to }), parts);
  const ranges: IdRange[] = [];
  for (let start = from; start <= to; start += width) {
    ranges.push({ from: start, to: smaller(start + width - 1n, to) });
  }
  return ranges;
}

/** A quotient of positive numbers, rounded up. */
export function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
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

export function larger(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}
