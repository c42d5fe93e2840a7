import type { Connection } from '../pg/connect.js';
import type { IdRange } from './id-range.js';
import { compareIds, differingRanges, type Extent, isPlainPrefix } from './missing-ranges.js';
import { BUCKET_IDS, readBuckets, readIslands } from './read-extent.js';

/** What a destination is missing, and what it has too much. */
export interface CopyPlan {
  /** Missing ids below the destination's last one: copied first. */
  readonly gaps: readonly IdRange[];
  /** The destination's last id: everything behind it is missing too. Absent when it is empty. */
  readonly tailAfter?: bigint;
  /** Ids that the destination has and the source has not. */
  readonly extra: readonly IdRange[];
}

/**
 * Subtracts the destination's ids from the source's. Two contiguous tables need no look at the ids; otherwise both
 * are compared by counts per bucket, and only buckets that differ are looked at id by id.
 */
export async function planCopy(
  source: { connection: Connection; extent: Extent },
  destination: { connection: Connection; extent: Extent },
): Promise<CopyPlan> {
  const last = destination.extent.ids?.to;
  if (last === undefined) return { gaps: [], extra: [] };
  if (isPlainPrefix(source.extent, destination.extent)) return { gaps: [], extra: [], tailAfter: last };
  const { missing, extra } = await compareTables(source.connection, destination.connection, last);
  return { gaps: missing, extra, tailAfter: last };
}

async function compareTables(source: Connection, destination: Connection, upTo: bigint) {
  const [left, right] = await Promise.all([readBuckets(source, upTo), readBuckets(destination, upTo)]);
  const differing = differingRanges(left, right, BUCKET_IDS).map((range) => clip(range, upTo));
  const missing: IdRange[] = [];
  const extra: IdRange[] = [];
  for (const range of differing) {
    const islands = await Promise.all([readIslands(source, range), readIslands(destination, range)]);
    const difference = compareIds(...islands);
    missing.push(...difference.missing);
    extra.push(...difference.extra);
  }
  return { missing, extra };
}

function clip({ from, to }: IdRange, upTo: bigint): IdRange {
  return { from, to: to < upTo ? to : upTo };
}
