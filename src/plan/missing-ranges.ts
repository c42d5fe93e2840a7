import { type IdRange, subtract } from '../events/id-range.js';

/** Which ids a table holds, as far as its primary key shows cheaply. */
export interface Extent {
  readonly count: bigint;
  /** Absent in an empty table. */
  readonly ids?: IdRange;
}

/**
 * How many ids of a bucket exist, and their sum. Ids that are missing on one side only always show. Different
 * ids missing on both sides could cancel out, but a destination gets no ids from elsewhere.
 */
export interface Bucket {
  readonly bucket: bigint;
  readonly count: bigint;
  /** Decimal text, because the sum of bigints may not fit a bigint. */
  readonly idSum: string;
}

/** True when the table has every id from its first to its last. */
export function isContiguous({ count, ids }: Extent): boolean {
  return ids === undefined || ids.to - ids.from + 1n === count;
}

/** True if counts alone show that the destination is a beginning of the source, without gaps. */
export function isPlainPrefix(source: Extent, destination: Extent): boolean {
  if (destination.ids === undefined) return true;
  return isContiguous(source) && isContiguous(destination) && source.ids?.from === destination.ids.from;
}

/** A range of ids in which two tables differ, and how many events the fuller one has there. */
export interface DifferingBucket extends IdRange {
  readonly events: bigint;
}

/**
 * The buckets that differ between two tables, ascending. A bucket begins behind the last bucket before it in
 * which either table has events.
 * @param size ids per bucket.
 */
export function differingBuckets(
  source: readonly Bucket[],
  destination: readonly Bucket[],
  size: bigint,
): DifferingBucket[] {
  const [left, right] = [byBucket(source), byBucket(destination)];
  const all = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return all.flatMap((bucket, index) => {
    if (sameIds(left.get(bucket), right.get(bucket))) return [];
    const first = (all[index - 1] ?? bucket - 1n) + 1n;
    const events = most(left.get(bucket)?.count, right.get(bucket)?.count);
    return [{ from: first * size, to: (bucket + 1n) * size - 1n, events }];
  });
}

/** Joins neighbouring buckets as long as together they have at most `maxEvents`. */
export function joinBuckets(buckets: readonly DifferingBucket[], maxEvents: bigint): DifferingBucket[] {
  const joined: DifferingBucket[] = [];
  for (const bucket of buckets) {
    const last = joined.at(-1);
    const fits = last?.to === bucket.from - 1n && last.events + bucket.events <= maxEvents;
    if (!fits) joined.push(bucket);
    else joined[joined.length - 1] = { ...last, to: bucket.to, events: last.events + bucket.events };
  }
  return joined;
}

/**
 * Finds the ids that only one of the tables has. Missing ids become one range as long as the destination has
 * no id between them; otherwise ids that are far apart would be a range each.
 */
export function compareIds(source: readonly IdRange[], destination: readonly IdRange[]) {
  const missing = subtract(source, destination);
  return { missing: joinAcrossHoles(missing, destination), extra: subtract(destination, source) };
}

function joinAcrossHoles(missing: readonly IdRange[], present: readonly IdRange[]): IdRange[] {
  const joined: IdRange[] = [];
  let next = 0;
  for (const range of missing) {
    const last = joined.at(-1);
    while (last !== undefined && (present[next]?.from ?? range.to) <= last.to) next += 1;
    const isBetween = (present[next]?.from ?? range.to) < range.from;
    if (last === undefined || isBetween) joined.push(range);
    else joined[joined.length - 1] = { from: last.from, to: range.to };
  }
  return joined;
}

function most(a = 0n, b = 0n): bigint {
  return a > b ? a : b;
}

function byBucket(buckets: readonly Bucket[]): Map<bigint, Bucket> {
  return new Map(buckets.map((bucket) => [bucket.bucket, bucket]));
}

function sameIds(a: Bucket | undefined, b: Bucket | undefined): boolean {
  return a?.count === b?.count && a?.idSum === b?.idSum;
}
