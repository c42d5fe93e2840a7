import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, registerPublicWord, registerSecret } from '../../src/lifecycle/secrets.js';

test('a secret of any characters is masked wherever it stands', () => {
  const secret = fc
    .string({ unit: 'binary', minLength: 6, maxLength: 30 })
    .filter((text) => !text.includes('*'));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (password, before, after) => {
      registerSecret(password);
      expect(redact(`${before}${password}${after}`)).not.toContain(password);
    }),
    { numRuns: 30 },
  );
});

test.each(['with-hyphen', '[a-z]+$', 'a/b\\c.d*', '\\p{L}{2}', '😀😀😀-'])(
  'the secret %j is masked in the middle of a word',
  (password) => {
    registerSecret(password);
    expect(redact(`user:${password}@host`)).toBe('user:***@host');
  },
);

test('a short secret is masked only where it stands alone, or every message would be shredded', () => {
  registerSecret('a-1');
  expect(redact('data-100 a-1, "a-1"')).toBe('data-100 ***, "***"');
});

test('a secret that is also the name of a database is not masked: no message could be read', () => {
  registerSecret('postgres');
  registerPublicWord('postgres');
  expect(redact('database postgres does not exist')).toBe('database postgres does not exist');
});

test('of two secrets that overlap, nothing of the longer one is left', () => {
  registerSecret('overlap');
  registerSecret('overlapping');
  expect(redact('an overlapping secret')).toBe('an *** secret');
});

test('an empty password masks nothing', () => {
  registerSecret('');
  expect(redact('ab')).toBe('ab');
});
