import { CONDITIONS, type Condition, conditionOf } from './condition.js';
import type { DestinationStatus } from './status.js';

/** A column that sorts. `worst`, the first order, begins with those that need a person. */
export type SortKey = 'worst' | 'name' | 'state' | 'lagEvents' | 'lagSeconds' | 'rate' | 'writer';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

export interface Filter {
  /** Part of a name, an address or an error, in any case. */
  readonly text: string;
  readonly condition: Condition | null;
}

type Compare = (a: DestinationStatus, b: DestinationStatus) => number;

const NUMBER: Readonly<Partial<Record<SortKey, (of: DestinationStatus) => number | null>>> = {
  lagEvents: (of) => of.lagEvents,
  lagSeconds: (of) => of.lagSeconds,
  rate: (of) => of.eventsPerSecond,
};

const names = new Intl.Collator('en', { numeric: true });

const byName: Compare = (a, b) => names.compare(a.name, b.name);

/** The destinations that the filter lets through, in order. Equal ones stand in the order of their names. */
export function arranged(
  destinations: readonly DestinationStatus[],
  filter: Filter,
  sorting: Sorting,
): readonly DestinationStatus[] {
  const compare = comparer(sorting);
  return destinations
    .filter((destination) => passes(destination, filter))
    .sort((a, b) => compare(a, b) || byName(a, b));
}

/** The order that a click on a column's header gives: its other direction, or the useful one first. */
export function afterClick(current: Sorting, key: SortKey): Sorting {
  if (current.key === key) return { key, descending: !current.descending };
  return { key, descending: NUMBER[key] !== undefined };
}

function passes(destination: DestinationStatus, { text, condition }: Filter): boolean {
  if (condition !== null && conditionOf(destination) !== condition) return false;
  const { name, host, port, database, state, lastError } = destination;
  const searched = `${name}\n${host}:${port}/${database}\n${state}\n${lastError?.message ?? ''}`;
  return searched.toLowerCase().includes(text.trim().toLowerCase());
}

function comparer({ key, descending }: Sorting): Compare {
  const number = NUMBER[key];
  if (number !== undefined) return (a, b) => compareNumbers(number(a), number(b), descending);
  const compare = { worst: byWorst, state: byState, writer: byWriter }[key as string] ?? byName;
  return descending ? (a, b) => compare(b, a) : compare;
}

/** A value that is not known comes last in both directions. */
function compareNumbers(a: number | null, b: number | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return descending ? b - a : a - b;
}

const byWorst: Compare = (a, b) => rank(a) - rank(b) || byLag(a, b);

/** Live ones keep their places: their lag changes with every event, and rows that jump cannot be read. */
const byLag: Compare = (a, b) =>
  conditionOf(a) === 'live' ? 0 : compareNumbers(a.lagEvents, b.lagEvents, true);

const byState: Compare = (a, b) => names.compare(a.state, b.state);

const byWriter: Compare = (a, b) => names.compare(a.writer?.who ?? '', b.writer?.who ?? '');

function rank(destination: DestinationStatus): number {
  return CONDITIONS.indexOf(conditionOf(destination));
}
