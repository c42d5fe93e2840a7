import { expect, it } from 'vitest';
import { age, bytes, count, counted, duration, id, perSecond } from '../../../src/monitor/page/words.js';

it.each([
  [null, '–'],
  [0, '0 s'],
  [0.04, '0 s'],
  [0.42, '0.4 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.7, '1 min'],
  [200, '3 min 20 s'],
  [3599.9, '1 h'],
  [7500, '2 h 5 min'],
  [86_400 * 3 + 3600 * 4, '3 d 4 h'],
  [-3, '0 s'],
])('%s seconds are told as %s', (seconds, told) => {
  expect(duration(seconds)).toBe(told);
});

it.each([
  [0, '0/s'],
  [0.5, '0.5/s'],
  [12.4, '12/s'],
  [9_300, '9,300/s'],
])('a rate of %s is told as %s', (rate, told) => {
  expect(perSecond(rate)).toBe(told);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1200, '1.2 kB'],
  [5_700_000, '5.7 MB'],
  [123_000_000, '123 MB'],
  [4e18, '4,000 PB'],
])('%s bytes are told as %s', (amount, told) => {
  expect(bytes(amount)).toBe(told);
});

it('numbers have their digits grouped, and one event is no plural', () => {
  expect(count(1234567)).toBe('1,234,567');
  expect([counted(1, 'event'), counted(0, 'event'), counted(null, 'event')]).toEqual([
    '1 event',
    '0 events',
    '– events',
  ]);
});

it('an id that exceeds what a number can hold keeps every digit', () => {
  expect(id('9223372036854775807')).toBe('9,223,372,036,854,775,807');
  expect(id(null)).toBe('–');
});

it.each([
  [8.9, '8 s'],
  [119, '1 min'],
  [7300, '2 h'],
  [86_400 * 1500, '1,500 d'],
])('an age of %s seconds is told in one unit: %s', (seconds, told) => {
  const to = '2026-03-01T12:00:00.000Z';
  expect(age(new Date(Date.parse(to) - seconds * 1000).toISOString(), to)).toBe(told);
});
