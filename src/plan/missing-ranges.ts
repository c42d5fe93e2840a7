import { type IdRange, normalize, subtract } from './id-range.js';

/** Which ids a table holds, as far as its primary key tells cheaply. */
export interface Extent {
  readonly count: bigint;
  /** Absent in an empty table. */
  readonly ids?: IdRange;
}

/**
 * How many ids of a bucket exist and what they add up to. Rows that are missing on one side only always show; ids that
 * are missing on both sides could cancel out, but a destination gets no ids from elsewhere.
 */
export interface Bucket {
  readonly bucket: bigint;
  readonly count: bigint;
  /** Decimal: the sum of bigints does not fit one. */
  readonly idSum: string;
}

/** True when the table has every id from its first to its last. */
export function isContiguous({ count, ids }: Extent): boolean {
  return ids === undefined || ids.to - ids.from + 1n === count;
}

/** True when counts alone show that the destination is the beginning of the source, without gaps. */
export function isPlainPrefix(source: Extent, destination: Extent): boolean {
  if (destination.ids === undefined) return true;
  return isContiguous(source) && isContiguous(destination) && source.ids?.from === destination.ids.from;
}

/** The id ranges of the buckets that differ between two tables. */
export function differingRanges(
  source: readonly Bucket[],
  destination: readonly Bucket[],
  size: bigint,
): IdRange[] {
  const left = byBucket(source);
  const right = byBucket(destination);
  const differing = [...new Set([...left.keys(), ...right.keys()])].filter(
    (bucket) => !sameIds(left.get(bucket), right.get(bucket)),
  );
  return normalize(differing.map((bucket) => ({ from: bucket * size, to: (bucket + 1n) * size - 1n })));
}

/** What one table has and the other has not. */
export function compareIds(source: readonly IdRange[], destination: readonly IdRange[]) {
  return { missing: subtract(source, destination), extra: subtract(destination, source) };
}

function byBucket(buckets: readonly Bucket[]): Map<bigint, Bucket> {
  return new Map(buckets.map((bucket) => [bucket.bucket, bucket]));
}

function sameIds(a: Bucket | undefined, b: Bucket | undefined): boolean {
  return a?.count === b?.count && a?.idSum === b?.idSum;
}
