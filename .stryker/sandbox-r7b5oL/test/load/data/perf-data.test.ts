// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PerfDataOptions, perfDataSize, perfOperations } from '../../../src/load/data/perf-data.js';
import { type LoadedEvent, parse } from '../../support/databases/loaded-event.js';

function parsed(options: PerfDataOptions): LoadedEvent[] {
  return [...perfOperations(options)].flatMap(parse);
}

function groupBy(events: readonly LoadedEvent[], key: (event: LoadedEvent) => unknown) {
  const groups = new Map<unknown, LoadedEvent[]>();
  for (const event of events) groups.set(key(event), [...(groups.get(key(event)) ?? []), event]);
  return groups;
}

function tally(events: readonly LoadedEvent[], key: (event: LoadedEvent) => unknown): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const event of events) counts.set(key(event), (counts.get(key(event)) ?? 0) + 1);
  return counts;
}

const isUserEvent = ({ entityName }: LoadedEvent) => entityName === 'User';

describe('performance data', () => {
  test('has 3 users with 4 events each, in the order of a user’s life', () => {
    const users = parsed({ fillerEventsBetween: 7, maxEventsPerInsert: 25, seed: 1 }).filter(isUserEvent);
    const lives = groupBy(users, ({ entityId }) => entityId);
    expect(lives.size).toBe(3);
    for (const life of lives.values()) {
      expect(life.map(({ name }) => name)).toEqual([
        'User Created',
        'User Name Added',
        'User Phone Added',
        'User Phone Changed',
      ]);
    }
  });

  test('has one user event every so many fillers, and in all what size says, in calls of at most so many', () => {
    const options = fc.record({
      fillerEventsBetween: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      maxEventsPerInsert: fc.integer({ min: 1, max: 50 }),
      events: fc.integer({ min: 0, max: 600 }),
    });
    fc.assert(
      fc.property(options, (chosen) => {
        const { events: count, operations: calls, fillerEventsBetween } = perfDataSize(chosen);
        const operations = [...perfOperations(chosen)];
        const events = operations.flatMap(parse);
        expect([operations.length, events.length, count]).toEqual([calls, chosen.events, chosen.events]);
        for (const operation of operations.slice(0, -1)) {
          expect(operation.events).toHaveLength(chosen.maxEventsPerInsert);
        }
        const found = events.flatMap((event, index) => (isUserEvent(event) ? [index] : []));
        const expected = Array.from({ length: 12 }, (_, index) => index * (fillerEventsBetween + 1));
        expect(found).toEqual(expected.filter((index) => index < count));
      }),
    );
  });

  test('derives its length from the fillers between user events, and their distance from a given length', () => {
    expect(perfDataSize({ maxEventsPerInsert: 25 })).toEqual({
      events: 110_012,
      operations: 4401,
      fillerEventsBetween: 10_000,
    });
    expect(perfDataSize({ maxEventsPerInsert: 25, fillerEventsBetween: 3 }).events).toBe(45);
    expect(perfDataSize({ maxEventsPerInsert: 25, events: 1_000_000 }).fillerEventsBetween).toBe(90_908);
    const events = parsed({ maxEventsPerInsert: 25, events: 500 });
    expect(events.filter(isUserEvent)).toHaveLength(12);
  });

  test('spreads fillers over 1000 entities and 30 initiators: each created before it is changed', () => {
    const events = parsed({ maxEventsPerInsert: 100, fillerEventsBetween: 500, events: 5000, seed: 2 });
    const fillers = events.filter((event) => !isUserEvent(event));
    expect(tally(events, ({ metadata }) => metadata.initiatorId).size).toBe(30);
    const changes = groupBy(fillers, ({ entityId }) => entityId);
    expect(changes.size).toBe(1000);
    for (const [first, ...rest] of changes.values()) {
      expect(first?.name).toBe('Filler Created');
      expect(new Set(rest.map(({ name }) => name))).toEqual(new Set(['Filler Changed']));
      expect([3, 4]).toContain(rest.length);
    }
  });

  test('carries what the indexes cover, from rare to common', () => {
    const events = parsed({ maxEventsPerInsert: 100, events: 20_000, seed: 3 });
    const entityNames = tally(events, ({ entityName }) => entityName);
    const operations = tally(events, ({ operation }) => operation);
    const propertyNames = tally(events, ({ propertyName }) => propertyName);
    const commands = tally(events, ({ metadata }) => metadata.command);
    expect(entityNames).toEqual(new Map(Object.entries({ User: 12, Filler: 19_988 })));
    expect(operations).toEqual(new Map(Object.entries({ Created: 1003, Changed: 18_991, Added: 6 })));
    expect(new Set(propertyNames.keys())).toEqual(
      new Set(['Amount', 'Date', 'Name', 'Note', 'Phone', undefined]),
    );
    expect(propertyNames.get('Note')).toBeLessThan(300);
    expect(propertyNames.get('Date')).toBeGreaterThan(16_000);
    expect(commands.get('Change User Phone')).toBe(3);
    for (const { entityId, data } of events) expect(data['entityId']).toBe(entityId);
  });

  test('is the same to the byte for the same seed', () => {
    const texts = (seed?: number) =>
      [...perfOperations({ maxEventsPerInsert: 25, events: 3000, seed })].map((o) => o.events);
    expect(texts(3)).toEqual(texts(3));
    expect(texts(3)[0]).not.toEqual(texts(4)[0]);
    expect(texts()[0]).not.toEqual(texts()[0]);
  });
});
