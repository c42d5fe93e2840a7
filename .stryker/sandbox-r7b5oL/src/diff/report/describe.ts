// @ts-nocheck
import { grouped } from '../../cli/words.js';
import type { Comparison } from '../compare/comparison.js';
import { DIFFERENCE_KINDS, type DifferenceKind } from '../compare/difference.js';
import type { RepairPlan } from '../repair/repair-plan.js';

/** What people are told about each kind of difference. */
export const KIND_TEXTS: Readonly<Record<DifferenceKind, string>> = {
  missingLeft: 'missing on the left',
  missingRight: 'missing on the right',
  tsTruncated: 'ts without its microseconds',
  ts: 'ts differs',
  event: 'event differs',
  tsAndEvent: 'ts and event differ',
};

/** `1 event`, `1,234 events` */
export function events(count: bigint): string {
  return `${grouped(count)} ${count === 1n ? 'event' : 'events'}`;
}

/** `equal`, `3 differences`, `at least 3 differences` */
export function describeResult({ equal, complete, counts }: Comparison): string {
  if (equal) return 'equal';
  const total = DIFFERENCE_KINDS.reduce((sum, kind) => sum + counts[kind], 0n);
  return `${complete ? '' : 'at least '}${grouped(total)} ${total === 1n ? 'difference' : 'differences'}`;
}

/** One line for each thing that a repair has done. */
export function describeRepair({ inserts, eventUpdates, tsUpdates, extra }: RepairPlan): string[] {
  return [
    ...(inserts.count > 0n ? [`inserted ${events(inserts.count)} that it did not have`] : []),
    ...(eventUpdates.count > 0n ? [`overwrote ${events(eventUpdates.count)}`] : []),
    ...(tsUpdates.count > 0n ? [`overwrote the ts of ${events(tsUpdates.count)}`] : []),
    ...(extra > 0n ? [`left alone ${events(extra)} that the left table does not have`] : []),
  ];
}

/** What to do about the differences, where that can be said. */
export function adviseOn({ counts, equal }: Comparison): string | undefined {
  if (equal) return undefined;
  const { missingLeft, missingRight, tsTruncated, ts, event, tsAndEvent } = counts;
  const extra = missingLeft > 0n ? ' It leaves alone events that the left table does not have.' : '';
  if (tsTruncated > 0n && ts === 0n)
    return `slate-replicator 0.1.4 wrote this table: it cut ts to milliseconds. --repair copies the exact values from the left table.${extra}`;
  if (missingRight + tsTruncated + ts + event + tsAndEvent > 0n)
    return `--repair copies what differs or is missing from the left table.${extra}`;
  return 'The left table does not have these events, and --repair deletes none. Check whether the left table is the right one, whether it was restored, and who else writes to the other table.';
}
