// @ts-nocheck
import { counted } from '../../cli/words.js';
import type { FieldsOf, RecordName } from '../../log/records.js';

/**
 * Records that come for every destination. With many destinations, one line sums up those that come together.
 */
export type GroupName = 'destination checked' | 'caught up' | 'copied' | 'heartbeat' | 'summary';

type Summaries = { readonly [Name in GroupName]: (all: readonly FieldsOf<Name>[]) => string };

const SUMMARIES: Summaries = {
  'destination checked': (all) =>
    `were looked at, they lack ${events(sum(all, (each) => BigInt(each.sourceEvents) - BigInt(each.destinationEvents)))} in all`,
  'caught up': (all) => `have caught up, copied ${events(sum(all, (each) => each.events))} in all`,
  copied: (all) => `copied ${events(sum(all, (each) => each.events))} in all${farthest(all)}`,
  heartbeat: (all) => `${states(all)}${farthest(all)}`,
  summary: (all) => `in this run copied ${events(sum(all, (each) => each.events))} in all`,
};

/** Up to this many records of a kind are shown one by one. */
const SHOWN_ALONE = 5;

/** Whether records of this name can be summed up. */
export function isGroupName(name: RecordName): name is GroupName {
  return Object.hasOwn(SUMMARIES, name);
}

/** One line that sums up records of one kind; undefined if they are few. */
export function groupWords<Name extends GroupName>(
  name: Name,
  all: readonly FieldsOf<Name>[],
): string | undefined {
  if (all.length <= SHOWN_ALONE) return undefined;
  return `${all.length} destinations ${SUMMARIES[name](all)}`;
}

function sum<Item>(all: readonly Item[], of: (item: Item) => number | bigint): bigint {
  return all.reduce((total, item) => total + BigInt(of(item)), 0n);
}

function events(count: bigint): string {
  return counted(count, 'event');
}

interface Behind {
  readonly destination: string;
  readonly lagEvents?: number | bigint | undefined;
}

function farthest(all: readonly Behind[]): string {
  const [first] = all.toSorted((a, b) => Number(b.lagEvents ?? 0) - Number(a.lagEvents ?? 0));
  if (first?.lagEvents === undefined || Number(first.lagEvents) === 0) return ', nothing is missing';
  return `, farthest behind is ${first.destination} with ${counted(first.lagEvents, 'event')}`;
}

/** `18 live, 2 backing off` */
function states(all: readonly { readonly state: string }[]): string {
  const counts = new Map<string, number>();
  for (const { state } of all) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
