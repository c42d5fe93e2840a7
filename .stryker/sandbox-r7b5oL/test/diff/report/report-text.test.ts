// @ts-nocheck
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/diff/compare/comparison.js';
import type { DifferenceCounts, DifferenceRange } from '../../../src/diff/compare/difference.js';
import { eventsToWrite, planRepair } from '../../../src/diff/repair/repair-plan.js';
import { differenceLines, reportText } from '../../../src/diff/report/report-text.js';

const LEFT = { host: 'db1', port: 5432, databaseName: 'source' };
const RIGHT = { host: 'db2', port: 5433, databaseName: 'replica' };
const NONE: DifferenceCounts = {
  missingLeft: 0n,
  missingRight: 0n,
  tsTruncated: 0n,
  ts: 0n,
  event: 0n,
  tsAndEvent: 0n,
};

type Found = [kind: DifferenceRange['kind'], from: number, to: number, count: number];

function comparison(found: readonly Found[], more: Partial<Comparison> = {}): Comparison {
  const ranges = found.map(([kind, from, to, count]) => ({
    kind,
    from: BigInt(from),
    to: BigInt(to),
    count: BigInt(count),
  }));
  const counts = { ...NONE };
  for (const { kind, count } of ranges) counts[kind] += count;
  const equal = found.length === 0;
  return {
    equal,
    complete: true,
    events: { left: 1234567n, right: 1234567n },
    counts,
    ranges,
    examples: [],
    ...more,
  };
}

function told(found: readonly Found[], more: Partial<Comparison> = {}): string {
  return differenceLines({ right: RIGHT, comparison: comparison(found, more) }).join('\n');
}

describe('the report', () => {
  test('is one table when all are equal', () => {
    const outcomes = [{ right: RIGHT, comparison: comparison([]) }];
    expect(reportText({ left: LEFT, outcomes, repairs: new Map(), validations: [] })).toBe(
      [
        'left: db1:5432/source',
        'right             events left  events right  result',
        'db2:5433/replica    1,234,567     1,234,567  equal',
        '',
      ].join('\n'),
    );
  });

  test('names ids as ranges, and says so where a range has holes', () => {
    const text = told([
      ['missingRight', 5, 5, 1],
      ['missingRight', 10, 19, 10],
      ['missingRight', 100, 199, 7],
    ]);
    expect(text).toContain('  missing on the right: 18 events: 5, 10 to 19, 100 to 199 (7 events)\n');
  });

  test('of very many ranges lists the first and counts the rest', () => {
    const every = Array.from({ length: 25 }, (_, n): Found => ['ts', 2 * n, 2 * n, 1]);
    expect(told(every)).toContain('ts differs: 25 events: 0, 2, 4, ');
    expect(told(every)).toContain('36, 38 and 5 more ranges (--json lists all)');
  });

  test('shows of an event what differs on either side', () => {
    const examples = [
      { id: 7n, kind: 'event', event: { path: '$.price', left: '1.10', right: '1.1' } },
    ] as const;
    expect(told([['event', 7, 7, 1]], { examples })).toContain('    7  $.price  left 1.10  right 1.1\n');
  });

  test('that stopped at maxDiffs says that there may be more', () => {
    expect(told([['event', 7, 7, 1]], { complete: false })).toContain(
      'at least 1 difference, stopped there (maxDiffs)',
    );
  });

  test.each<[string, Found[], RegExp]>([
    [
      'truncated ts',
      [['tsTruncated', 1, 9, 9]],
      /0\.1\.4 wrote this table.*--repair.*values from the left table\.$/,
    ],
    ['differing events', [['event', 1, 9, 9]], /--repair copies .* from the left table\.$/],
    [
      'events of its own besides',
      [
        ['event', 1, 1, 1],
        ['missingLeft', 9, 9, 1],
      ],
      /--repair .* leaves alone events that the left table/,
    ],
    ['nothing but events of its own', [['missingLeft', 9, 9, 1]], /--repair deletes none/],
  ])('says what to do about a table with %s', (_, found, advice) => {
    expect(told(found)).toMatch(advice);
  });
});

describe('a repair', () => {
  test('copies whole events where they are missing or differ, and only ts where only that does', () => {
    const found: Found[] = [
      ['missingRight', 1, 3, 3],
      ['ts', 4, 4, 1],
      ['event', 5, 6, 2],
      ['tsTruncated', 7, 9, 3],
      ['tsAndEvent', 10, 10, 1],
      ['missingLeft', 11, 14, 4],
    ];
    const plan = planRepair(comparison(found));
    const { inserts, eventUpdates, tsUpdates, extra } = plan;
    const steps = [inserts, eventUpdates, tsUpdates];
    expect([...steps.map(({ count }) => count), extra]).toEqual([3n, 3n, 4n, 4n]);
    expect(steps.map(({ ranges }) => ranges.map(({ from }) => from))).toEqual([[1n], [5n, 10n], [4n, 7n]]);
  });

  test('has nothing to do in a table that is equal or only has events of its own', () => {
    expect(eventsToWrite(planRepair(comparison([])))).toBe(0n);
    expect(eventsToWrite(planRepair(comparison([['missingLeft', 1, 9, 9]])))).toBe(0n);
    expect(eventsToWrite(planRepair(comparison([['ts', 1, 1, 1]])))).toBe(1n);
  });
});
