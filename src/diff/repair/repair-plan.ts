import type { Comparison } from '../compare/comparison.js';
import type { DifferenceKind, DifferenceRange } from '../compare/difference.js';

/** Events that a repair treats in the same way. */
export interface RepairStep {
  readonly count: bigint;
  /** Where they are, by ascending id. */
  readonly ranges: readonly DifferenceRange[];
}

/** What has to be done to the right table for it to hold what the left one holds. */
export interface RepairPlan {
  /** Events that it does not have. */
  readonly inserts: RepairStep;
  /** Events that are not the left table's. */
  readonly eventUpdates: RepairStep;
  /** Events of which only `ts` is not. */
  readonly tsUpdates: RepairStep;
  /** Events that the left table does not have: these stay. */
  readonly extra: bigint;
}

export function planRepair({ counts, ranges }: Comparison): RepairPlan {
  const stepOf = (...kinds: readonly DifferenceKind[]): RepairStep => ({
    count: kinds.reduce((sum, kind) => sum + counts[kind], 0n),
    ranges: ranges.filter(({ kind }) => kinds.includes(kind)),
  });
  return {
    inserts: stepOf('missingRight'),
    eventUpdates: stepOf('event', 'tsAndEvent'),
    tsUpdates: stepOf('ts', 'tsTruncated'),
    extra: counts.missingLeft,
  };
}

/**
 * How many events a repair writes: none when the right table is equal or has nothing wrong but extra events.
 */
export function eventsToWrite({ inserts, eventUpdates, tsUpdates }: RepairPlan): bigint {
  return inserts.count + eventUpdates.count + tsUpdates.count;
}
