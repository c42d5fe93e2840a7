import type { IdRange } from '../events/id-range.js';
import type { Connection } from '../pg/connection.js';
import { compareIds, differingBuckets, type Extent, isPlainPrefix, joinBuckets } from './missing-ranges.js';
import { readBuckets, readIslands } from './read-extent.js';

/** What a destination is missing, and which of its events the source does not have. */
export interface CopyPlan {
  /** Missing ids below the last id of the destination. They are copied first. */
  readonly gaps: readonly IdRange[];
  /** Last id of the destination: everything behind it is missing too. Absent if the destination is empty. */
  readonly tailAfter?: bigint;
  /** Ids that the destination has and the source has not. */
  readonly extra: readonly IdRange[];
}

/**
 * Subtracts the ids of the destination from those of the source. If both tables have no gaps, counts are
 * enough. Otherwise both tables are counted per bucket of ids. Buckets that differ are cut into smaller ones,
 * and small ones are compared id by id.
 */
export async function planCopy(
  source: { connection: Connection; extent: Extent },
  destination: { connection: Connection; extent: Extent },
): Promise<CopyPlan> {
  const ids = destination.extent.ids;
  if (ids === undefined) return { gaps: [], extra: [] };
  if (isPlainPrefix(source.extent, destination.extent)) return { gaps: [], extra: [], tailAfter: ids.to };
  const first = source.extent.ids?.from ?? ids.from;
  const range = { from: first < ids.from ? first : ids.from, to: ids.to };
  const { missing, extra } = await compareRange(source.connection, destination.connection, range);
  return { gaps: missing, extra, tailAfter: ids.to };
}

/**
 * Compares 2 to this power buckets at a time, so that memory does not grow with the number of ids or events.
 */
const BUCKETS_BITS = 12;

/** Up to this many events, ids are fetched rather than counted in smaller buckets. */
const FEW_EVENTS = 50_000n;

interface Difference {
  readonly missing: IdRange[];
  readonly extra: IdRange[];
}

async function compareRange(
  source: Connection,
  destination: Connection,
  range: IdRange,
): Promise<Difference> {
  const bits = Math.max(0, (range.to - range.from).toString(2).length - BUCKETS_BITS);
  const [left, right] = await Promise.all([
    readBuckets(source, range, bits),
    readBuckets(destination, range, bits),
  ]);
  const found: Difference = { missing: [], extra: [] };
  for (const bucket of joinBuckets(differingBuckets(left, right, 1n << BigInt(bits)), FEW_EVENTS)) {
    const part = clip(bucket, range);
    const { missing, extra } =
      bucket.events <= FEW_EVENTS
        ? compareIds(...(await Promise.all([readIslands(source, part), readIslands(destination, part)])))
        : await compareRange(source, destination, part);
    found.missing.push(...missing);
    found.extra.push(...extra);
  }
  return found;
}

function clip({ from, to }: IdRange, range: IdRange): IdRange {
  return { from: from > range.from ? from : range.from, to: to < range.to ? to : range.to };
}
