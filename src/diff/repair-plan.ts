import type { IdRange } from '../plan/id-range.js';
import type { Comparison } from './comparison.js';
import type { DifferenceKind } from './difference.js';

/** What has to be done to the right table for it to hold what the left one holds. */
export interface RepairPlan {
  /** Events that it does not have. */
  readonly inserts: bigint;
  /** Events that are not the left table's. */
  readonly eventUpdates: bigint;
  /** Events of which only `ts` is not. */
  readonly tsUpdates: bigint;
  /** Events that the left table does not have: these stay. */
  readonly extra: bigint;
  /** Where the whole events are that must be copied. */
  readonly eventRanges: readonly IdRange[];
  /** Where `ts` is all that must be copied. */
  readonly tsRanges: readonly IdRange[];
}

const NEEDS_EVENT: readonly DifferenceKind[] = ['missingRight', 'event', 'tsAndEvent'];
const NEEDS_TS: readonly DifferenceKind[] = ['ts', 'tsTruncated'];

export function planRepair({ counts, ranges }: Comparison): RepairPlan {
  return {
    inserts: counts.missingRight,
    eventUpdates: counts.event + counts.tsAndEvent,
    tsUpdates: counts.ts + counts.tsTruncated,
    extra: counts.missingLeft,
    eventRanges: ranges.filter(({ kind }) => NEEDS_EVENT.includes(kind)),
    tsRanges: ranges.filter(({ kind }) => NEEDS_TS.includes(kind)),
  };
}

/** False when the right table is equal or has nothing wrong but extra events. */
export function isWorthRepairing({ inserts, eventUpdates, tsUpdates }: RepairPlan): boolean {
  return inserts + eventUpdates + tsUpdates > 0n;
}
