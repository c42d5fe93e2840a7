import { expect, test } from 'vitest';
import { assert } from '../../src/common/assert.js';
import { isBug } from '../../src/common/bug.js';

test('what cannot be otherwise and is, is a bug that is told in a sentence', () => {
  expect(() => assert(true, 'It rains.')).not.toThrow();
  let thrown: unknown;
  try {
    assert(false, 'It does not rain.');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ message: 'It does not rain.' });
  expect(isBug(thrown)).toBe(true);
});
