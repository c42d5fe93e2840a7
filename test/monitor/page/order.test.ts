import { describe, expect, it } from 'vitest';
import { afterClick, arranged, type Sorting } from '../../../src/monitor/page/order.js';
import type { DestinationStatus } from '../../../src/monitor/page/status.js';
import { madeDestination, madeError } from '../../support/page/made-status.js';

const ALL = { text: '', condition: null };
const WORST: Sorting = { key: 'worst', descending: false };

function named(name: string, changes: Partial<DestinationStatus> = {}): DestinationStatus {
  return madeDestination({ name, ...changes });
}

function namesOf(destinations: readonly DestinationStatus[], filter = ALL, sorting = WORST): string[] {
  return arranged(destinations, filter, sorting).map(({ name }) => name);
}

describe('worst first', () => {
  it('begins with what needs a person and ends with what is live', () => {
    const states = ['live', 'held', 'catching up', 'backing off', 'stopped'];
    expect(namesOf(states.map((state) => named(state, { state })))).toEqual(states.toReversed());
  });

  it('puts the furthest behind first, and after them those of which nobody knows', () => {
    const loading = (name: string, lagEvents: number | null) =>
      named(name, { state: 'catching up', lagEvents });
    expect(namesOf([loading('a', 5), loading('b', null), loading('c', 7)])).toEqual(['c', 'a', 'b']);
  });

  it('keeps live ones in the order of their names, whatever their lag is at the moment', () => {
    expect(namesOf([named('db10', { lagEvents: 9 }), named('db9', { lagEvents: 0 })])).toEqual([
      'db9',
      'db10',
    ]);
  });
});

describe('a column', () => {
  const three = [
    named('a', { lagEvents: 2 }),
    named('b', { lagEvents: null }),
    named('c', { lagEvents: 30 }),
  ];

  it('sorts in both directions, and what is not known comes last in both', () => {
    expect(namesOf(three, ALL, { key: 'lagEvents', descending: true })).toEqual(['c', 'a', 'b']);
    expect(namesOf(three, ALL, { key: 'lagEvents', descending: false })).toEqual(['a', 'c', 'b']);
  });

  it('of names sorts by the numbers in them', () => {
    const databases = ['db10', 'db2', 'DB1'].map((name) => named(name));
    expect(namesOf(databases, ALL, { key: 'name', descending: false })).toEqual(['DB1', 'db2', 'db10']);
    expect(namesOf(databases, ALL, { key: 'name', descending: true })).toEqual(['db10', 'db2', 'DB1']);
  });

  it('of numbers begins with the highest, of names with the first; the next click turns it round', () => {
    expect(afterClick(WORST, 'rate')).toEqual({ key: 'rate', descending: true });
    expect(afterClick(WORST, 'name')).toEqual({ key: 'name', descending: false });
    expect(afterClick({ key: 'rate', descending: true }, 'rate')).toEqual({ key: 'rate', descending: false });
  });
});

describe('the filter', () => {
  const all = [
    named('Search', { host: 'tokyo-1' }),
    named('billing', { state: 'stopped', lastError: madeError('permission denied for table events') }),
  ];

  it.each([
    ['SEARCH ', 'Search'],
    ['tokyo', 'Search'],
    ['permission', 'billing'],
    ['stopped', 'billing'],
    [':5432/events_replica', 'billing,Search'],
    ['.*', ''],
  ])('looks for %j in names, addresses, states and errors', (text, found) => {
    expect(namesOf(all, { text, condition: null }).join()).toBe(found);
  });

  it('lets one condition through', () => {
    expect(arranged(all, { text: '', condition: 'live' }, WORST).map(({ name }) => name)).toEqual(['Search']);
  });
});
