import type { IdRange } from '../plan/id-range.js';

/** What a server says of the events in a range of ids. */
export interface RangeDigest {
  readonly count: bigint;
  /** First and last id that exist in the range; absent when there is none. */
  readonly ids?: IdRange;
  /** Sum of the row digests, decimal. */
  readonly sum: string;
}

/** What a server says of one event. */
export interface RowDigest {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC; the int64 extremes stand for ±infinity. */
  readonly ts: bigint;
  readonly event: bigint;
}

/** A table as far as comparing goes. */
export interface RangeReader {
  digest(range: IdRange): Promise<RangeDigest>;
  /** The events of the range, by ascending id. */
  rows(range: IdRange): Promise<readonly RowDigest[]>;
}

/** True when both have the same events, to the byte. */
export function sameDigest(a: RangeDigest, b: RangeDigest): boolean {
  return a.count === b.count && a.sum === b.sum;
}
