// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { describeIssue } from '../../src/config/describe-issue.js';
import { describeSecret, describeValue } from '../../src/config/describe-value.js';

describe('a value is shown', () => {
  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [5, '5'],
    [true, 'true'],
    ['text', "'text'"],
    ['', "''"],
    [[], 'an empty array'],
    [['hunter2'], 'an array'],
    [{ password: 'hunter2' }, 'an object'],
    [() => 'hunter2', 'a function'],
    ['x'.repeat(60), `'${'x'.repeat(60)}'`],
    ['x'.repeat(61), 'a string (not shown)'],
    ['me@db1', 'a string (not shown)'],
    ['postgres://db1', 'a string (not shown)'],
    ['two\nlines', 'a string (not shown)'],
  ])('%j as %j', (value, shown) => {
    expect(describeValue(value)).toBe(shown);
  });

  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [['hunter2'], 'an array'],
    [{ password: 'hunter2' }, 'an object'],
    ['hunter2', 'a string (not shown)'],
    [12345, 'a number (not shown)'],
  ])('%j as %j where it may be a secret', (value, shown) => {
    expect(describeSecret(value)).toBe(shown);
  });
});

describe('a mistake', () => {
  test('of a kind without words of ours is told in the words of zod', () => {
    const where = { path: ['lanes'], message: 'Invalid input' };
    expect(describeIssue({ ...where, code: 'invalid_type', expected: 'date' }, { lanes: 1 })).toEqual([
      'lanes: expected date, found 1',
    ]);
    expect(describeIssue({ ...where, code: 'not_multiple_of', divisor: 2 }, { lanes: 1 })).toEqual([
      'lanes: Invalid input, found 1',
    ]);
  });
});
