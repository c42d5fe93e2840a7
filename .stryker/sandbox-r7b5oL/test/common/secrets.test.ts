// @ts-nocheck
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, registerPublicWord, registerSecret } from '../../src/common/secrets.js';

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

test.each([
  ['a host', 'hunter.example.org', 'hunter', 'cannot connect at hunter.example.org:5432/x'],
  ['a database', 'my-ledger-copy', 'ledger', 'database "my-ledger-copy" does not exist'],
  ['a role', 'app-writer', 'writer', 'password authentication failed for user "app-writer"'],
  ['a port', '25432', '25432', 'db1:25432/x'],
])('a secret that is a part of %s is not masked there, but everywhere else', (_, name, secret, message) => {
  registerPublicWord(name);
  registerSecret(secret);
  expect(redact(message)).toBe(message);
  if (name !== secret) expect(redact(`${message}: ${secret}`)).toBe(`${message}: ***`);
});

test('a name is told from a text that only begins or ends like it', () => {
  registerPublicWord('tide');
  registerSecret('tideland!');
  registerSecret('x-tide-gate');
  expect(redact('tide, tideland!, x-tide-gate')).toBe('tide, ***, ***');
});

test('common words are not masked, whosever password they are: that would hide what messages say, and tell the password', () => {
  for (const word of ['postgres', 'password', 'events', 'for', 'slate-replicator']) registerSecret(word);
  const message =
    'slate-replicator: password authentication failed for user "postgres" at db1:5432/events_source';
  expect(redact(message)).toBe(message);
});

test('of two secrets that overlap, nothing of the longer one is left', () => {
  registerSecret('overlap');
  registerSecret('overlapping');
  expect(redact('an overlapping secret')).toBe('an *** secret');
});

test.each(['a', 'db', '5', '11', 'up'])(
  'the password %j, of one or two characters, masks nothing',
  (password) => {
    registerSecret(password);
    const message = 'a password of db 5 is not up at 2026-11-27, db:11/a';
    expect(redact(message)).toBe(message);
  },
);

test('an empty password masks nothing', () => {
  registerSecret('');
  expect(redact('ab')).toBe('ab');
});
