// @ts-nocheck
import type { Comparison } from '../compare/comparison.js';
import type { DifferenceKind, DifferenceRange } from '../compare/difference.js';

/** Events that a repair treats in the same way. */
export interface RepairStep {
  readonly count: bigint;
  /** Where they are, by ascending id. */
  readonly ranges: readonly DifferenceRange[];
}

/** What a repair must write so that the right table holds what the left one holds. */
export interface RepairPlan {
  /** Events that the right table lacks. */
  readonly inserts: RepairStep;
  /** Events whose `event` differs. */
  readonly eventUpdates: RepairStep;
  /** Events of which only `ts` differs. */
  readonly tsUpdates: RepairStep;
  /** Number of events that the left table lacks. They stay. */
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
 * How many events a repair writes: 0 if the tables are equal, or differ only by extra events of the right
 * one.
 */
export function eventsToWrite({ inserts, eventUpdates, tsUpdates }: RepairPlan): bigint {
  return inserts.count + eventUpdates.count + tsUpdates.count;
}
