// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { explainBrokenOperation } from '../../../src/diff/validate/explain-broken-operation.js';
import type { StatsRow } from '../../../src/diff/validate/testing-stats-sql.js';

/** Event `num` of `count` of operation `of`, as the loaders write it. */
function event(id: number, [num, count]: [number, number], of = 'A', more: Partial<StatsRow> = {}): StatsRow {
  const operation = `{"dbOperationId": "${of}"}`;
  const names = { programId: 'P', operationNum: of === 'A' ? '1' : '2', operationId: of };
  return { id: BigInt(id), num, count, operation, ...names, ...more };
}

const NO_STATS = {
  num: null,
  count: null,
  operation: null,
  programId: null,
  operationNum: null,
  operationId: null,
};

describe('a broken operation is named, with how it is broken:', () => {
  const cases: Record<string, [previous: StatsRow | undefined, broken: StatsRow | undefined, text: string]> =
    {
      'the table ends within it': [
        event(7, [7, 9]),
        undefined,
        'operation 1 (A) of program P stops after number 7 of 9, event 7, where the table ends',
      ],
      'one of its events is missing': [
        event(3, [3, 9]),
        event(5, [5, 9]),
        'operation 1 (A) of program P stops after number 3 of 9, event 3: id 4 is missing',
      ],
      'its end is missing, and more': [
        event(3, [3, 9]),
        event(12, [2, 4], 'B'),
        'operation 1 (A) of program P stops after number 3 of 9, event 3: ids 4 to 11 are missing',
      ],
      'events are missing before it': [
        event(9, [9, 9]),
        event(12, [1, 4], 'B'),
        'ids 10 to 11 are missing before operation 2 (B) of program P',
      ],
      'the first event of the table is missing': [
        undefined,
        event(2, [2, 9]),
        'id 1 is missing before operation 1 (A) of program P',
      ],
      'another begins before it has ended': [
        event(3, [3, 9]),
        event(4, [1, 4], 'B'),
        'operation 1 (A) of program P stops after number 3 of 9, event 3: with id 4 begins operation 2 (B) of program P',
      ],
      'it has an event of another one': [
        event(3, [3, 9]),
        event(4, [4, 4], 'B'),
        'operation 2 (B) of program P: event 4 is number 4, but the one before it is of operation 1 (A) of program P',
      ],
      'its numbers do not follow each other': [
        event(3, [3, 9]),
        event(4, [6, 9]),
        'operation 1 (A) of program P: event 4 is number 6, but the one before it is number 3',
      ],
      'a number is larger than the count': [
        event(3, [3, 9]),
        event(4, [10, 9]),
        'operation 1 (A) of program P has 9 events, but event 4 is number 10',
      ],
      'a number is none': [
        event(3, [3, 9]),
        event(4, [4, 9], 'A', { num: null }),
        'event 4 of operation 1 (A) of program P has no valid dbOperationEventNum and dbOperationEventCount',
      ],
      'an event says something else of it than the one before': [
        event(3, [3, 9]),
        event(4, [4, 9], 'A', { operation: '{"dbOperationId": "A", "dbOperationTS": "later"}' }),
        'operation 1 (A) of program P: the testingStats of event 4 are not those of the event before it',
      ],
      'an event in the middle has no testingStats': [
        event(3, [3, 9]),
        { ...event(4, [4, 9]), ...NO_STATS },
        'event 4 has no testingStats',
      ],
    };

  test.each(Object.entries(cases))('%s', (_, [previous, broken, text]) => {
    expect(explainBrokenOperation(previous, broken)).toBe(text);
  });
});
