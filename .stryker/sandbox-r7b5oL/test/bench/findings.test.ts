// @ts-nocheck
import { expect, test } from 'vitest';
import { isMet, ratioFinding, valueFinding } from '../../bench/report/findings.js';

const measurements = [
  { case: 'one', contender: 'ours', samples: { rate: [60, 80, 90], memory: [100, 120, 90] } },
  { case: 'one', contender: 'pipe', samples: { rate: [50, 50, 60] } },
];

const ratio = {
  title: 'against a pipe',
  metric: 'rate',
  of: { case: 'one', contender: 'ours' },
  over: { case: 'one', contender: 'pipe' },
};

test('a ratio finding divides run by run', () => {
  expect(ratioFinding(measurements, ratio)).toEqual([
    { title: 'against a pipe', unit: '×', values: [1.2, 1.6, 1.5] },
  ]);
});

test('a peer that was left out makes no finding', () => {
  const query = { ...ratio, over: { case: 'one', contender: 'absent' } };
  expect(ratioFinding(measurements, query)).toEqual([]);
});

test('a target is met or missed by the median', () => {
  const met = ratioFinding(measurements, { ...ratio, target: { atLeast: 1.5 } });
  const missed = ratioFinding(measurements, { ...ratio, target: { atLeast: 1.51 } });
  expect([...met, ...missed].map(isMet)).toEqual([true, false]);
});

test('a value can be demanded to be at most so much', () => {
  const query = { title: 'memory', metric: 'memory', unit: 'MB', of: ratio.of, target: { atMost: 99 } };
  const [found] = valueFinding(measurements, query);
  expect(found && isMet(found)).toBe(false);
});
