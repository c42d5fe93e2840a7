// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  PERSON_DATA_DEFAULTS,
  type PersonDataOptions,
  personDataSize,
  personOperations,
} from '../../../src/load/data/person-data.js';
import { parse } from '../../support/databases/loaded-event.js';

const UUID = /^[0-9a-f-]{36}$/;

const smallCounts = fc.record({
  countPerson: fc.integer({ min: 1, max: 60 }),
  countFiller: fc.integer({ min: 0, max: 300 }),
  countPersonDelete: fc.integer({ min: 0, max: 80 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

function parsed(options: PersonDataOptions) {
  return [...personOperations(options)].map(parse);
}

describe('person data', () => {
  test('of the default shape has a call per person, ten fillers in each and fifty deletions', () => {
    const operations = parsed(PERSON_DATA_DEFAULTS);
    const names = operations.flat().map(({ name }) => name);
    expect(operations).toHaveLength(1000);
    expect(names).toHaveLength(13_050);
    expect(names.filter((name) => /^FillerEvent[0-8]$/.test(name))).toHaveLength(10_000);
    expect(names.filter((name) => name === 'PersonDeleted')).toHaveLength(50);
    expect(new Set(names).size).toBe(4 + 9);
  });

  test('has the counts that the options ask for, whatever they are', () => {
    fc.assert(
      fc.property(smallCounts, (options) => {
        const { countPerson, countFiller, countPersonDelete } = options;
        const fillers = Math.ceil(countFiller / countPerson);
        const every = Math.ceil(countPerson / countPersonDelete);
        const operations = parsed(options);
        expect(operations).toHaveLength(countPerson);
        for (const [index, events] of operations.entries()) {
          const deletes = countPersonDelete > 0 && (index + 1) % every === 0;
          expect(events.map(({ name }) => name.replace(/\d$/, ''))).toEqual([
            'PersonCreated',
            'PersonNameAdded',
            'PersonSSNAdded',
            ...(deletes ? ['PersonDeleted'] : []),
            ...Array(fillers).fill('FillerEvent'),
          ]);
        }
        const { operations: calls, events } = personDataSize(options);
        expect({ calls, events }).toEqual({ calls: countPerson, events: operations.flat().length });
      }),
    );
  });

  test('deletes only persons that live, and names the call that must come first', () => {
    fc.assert(
      fc.property(smallCounts, (options) => {
        const creators = new Map<unknown, number>();
        for (const operation of personOperations(options)) {
          const events = parse(operation);
          creators.set(events[0]?.data['entity_id'], operation.num);
          const deletion = events.find(({ name }) => name === 'PersonDeleted');
          const creator = creators.get(deletion?.data['entity_id']);
          expect(creator === undefined).toBe(deletion === undefined);
          expect(operation.after).toBe(creator === operation.num ? undefined : creator);
          creators.delete(deletion?.data['entity_id']);
        }
      }),
    );
  });

  test('has testingStats that are the same for one call but for the event number', () => {
    const operations = parsed({ countPerson: 20, countFiller: 100, countPersonDelete: 5 });
    const operationIds = new Set<string>();
    for (const [index, events] of operations.entries()) {
      const stats = events[0]?.testingStats;
      expect(stats).toMatchObject({ dbOperationNum: index + 1, dbOperationEventCount: events.length });
      expect(new Date(stats?.dbOperationTS ?? '').toISOString()).toBe(stats?.dbOperationTS);
      expect(events.map(({ testingStats }) => testingStats)).toEqual(
        events.map((_, position) => ({ ...stats, dbOperationEventNum: position + 1 })),
      );
      operationIds.add(stats?.dbOperationId ?? '');
    }
    expect(operationIds.size).toBe(20);
    expect(new Set(operations.flat().map(({ testingStats }) => testingStats.programId)).size).toBe(1);
  });

  test('has exactly the keys of the contract', () => {
    const [events = []] = parsed({ countPerson: 1, countFiller: 20, countPersonDelete: 1 });
    for (const event of events) {
      expect(Object.keys(event)).toEqual(['name', 'data', 'metadata', 'testingStats']);
      expect(Object.keys(event.metadata)).toEqual(['initiatorId', 'command']);
      expect(event.data['entity_id']).toMatch(UUID);
    }
    const dataKeys = Object.fromEntries(events.map(({ name, data }) => [name, Object.keys(data).join()]));
    expect(dataKeys).toMatchObject({
      PersonCreated: 'entity_id',
      PersonNameAdded: 'entity_id,lastName,firstName,mi',
      PersonSSNAdded: 'entity_id,ssn',
      PersonDeleted: 'entity_id',
    });
    const fillers = events.filter(({ name }) => name.startsWith('Filler'));
    expect(fillers).toHaveLength(20);
    for (const { data } of fillers) {
      expect(Object.keys(data)).toEqual(['entity_id', 'category', 'a', 'b']);
      expect(data['category']).toMatch(/^Category[0-3]$/);
    }
  });

  test('is the same to the byte for the same seed, and another for another or none', () => {
    const texts = (seed?: number) =>
      [...personOperations({ ...PERSON_DATA_DEFAULTS, seed })].flatMap((o) => o.events);
    expect(texts(3)).toEqual(texts(3));
    expect(texts(3)[0]).not.toBe(texts(4)[0]);
    expect(texts()[0]).not.toBe(texts()[0]);
  });

  test('of very many persons is made one call at a time', () => {
    const options = { countPerson: 1e15, countFiller: 5e15, countPersonDelete: 1e14 };
    const operations = personOperations(options);
    for (let num = 1; num <= 1000; num++) expect(operations.next().value?.num).toBe(num);
    expect(personDataSize(options)).toMatchObject({
      operations: 1e15,
      fillersPerPerson: 5,
      personsPerDelete: 10,
    });
  });

  test('is refused when one call could not hold its fillers', () => {
    expect(() => personDataSize({ countPerson: 1, countFiller: 1_000_000, countPersonDelete: 0 })).toThrow(
      /at most 1000000 events/,
    );
  });
});
