// @ts-nocheck
import { expect, test } from 'vitest';
import { retryConflicts } from '../../../src/diff/tables/retry-conflicts.js';

/** A read that a server cancels so often before it answers. */
function reading(cancelled: number, code = '40001') {
  let attempts = 0;
  return async () => {
    attempts += 1;
    if (attempts <= cancelled) throw Object.assign(new Error('conflict with recovery'), { code });
    return attempts;
  };
}

test('a read that a hot standby cancelled is made again', async () => {
  expect(await retryConflicts(reading(3))).toBe(4);
  expect(await retryConflicts(reading(1, '40P01'))).toBe(2);
});

test('whoever reads is told before each further attempt, so as to ask for less', async () => {
  let conflicts = 0;
  await retryConflicts(reading(2), { onConflict: () => (conflicts += 1) });
  expect(conflicts).toBe(2);
});

test('one that is cancelled every time ends with what the server says', async () => {
  await expect(retryConflicts(reading(1_000))).rejects.toThrow('conflict with recovery');
});

test('any other error is told at once', async () => {
  await expect(retryConflicts(reading(1, '42501'))).rejects.toMatchObject({ code: '42501' });
});

test('a stop ends the waiting', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(retryConflicts(reading(1), { signal: stopped })).rejects.toMatchObject({ name: 'AbortError' });
});
