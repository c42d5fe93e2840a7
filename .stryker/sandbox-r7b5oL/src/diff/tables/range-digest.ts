// @ts-nocheck
import type { IdRange } from '../../events/id-range.js';

/** What a server reports about the events in a range of ids. */
export interface RangeDigest {
  readonly count: bigint;
  /** First and last id that exist in the range; absent when there is none. */
  readonly ids?: IdRange | undefined;
  /** Sum of the row digests, decimal. */
  readonly sum: string;
}

/** What a server reports about one event. */
export interface RowDigest {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC; the int64 extremes stand for ±infinity. */
  readonly ts: bigint;
  readonly event: bigint;
}

/** The part of a table that comparing needs. */
export interface RangeReader {
  digest(range: IdRange): Promise<RangeDigest>;
  /** The events of the range, by ascending id. */
  rows(range: IdRange): Promise<readonly RowDigest[]>;
}

/** Joins the digests of two ranges without a common id; `a` is the lower one. */
export function joinDigests(a: RangeDigest, b: RangeDigest): RangeDigest {
  const [from, to] = [a.ids ?? b.ids, b.ids ?? a.ids];
  const sum = String(BigInt(a.sum) + BigInt(b.sum));
  return {
    count: a.count + b.count,
    sum,
    ids: from === undefined || to === undefined ? undefined : { from: from.from, to: to.to },
  };
}

/** True when both have the same events, to the byte. */
export function sameDigest(a: RangeDigest, b: RangeDigest): boolean {
  return a.count === b.count && a.sum === b.sum;
}
