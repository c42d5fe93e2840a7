// @ts-nocheck
import { expect, test } from 'vitest';
import { formatNumber, formatSpread, formatTarget, formatValues } from '../../bench/report/format.js';

test('numbers have three significant digits, large ones all whole ones', () => {
  expect([0.012345, 1.234, 12.34, 99.96, 1234567.8, 2, 0].map(formatNumber)).toEqual([
    '0.0123',
    '1.23',
    '12.3',
    '100',
    '1,234,568',
    '2',
    '0',
  ]);
});

test('what could not be computed is a dash', () => {
  expect(formatNumber(Number.NaN)).toBe('–');
});

test('a spread shows lowest and highest only when there was more than one run', () => {
  expect(formatSpread({ median: 2, min: 1, max: 3, runs: 5 })).toBe('2 (1–3)');
  expect(formatValues([7])).toBe('7');
  expect(formatValues(undefined)).toBe('');
});

test('a target is told in words', () => {
  expect(formatTarget({ atLeast: 1.2 }, '×')).toBe('at least 1.2 ×');
  expect(formatTarget({ atMost: 200 }, 'MB')).toBe('at most 200 MB');
});
