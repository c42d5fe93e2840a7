// @ts-nocheck
import { expect, test } from 'vitest';
import { despiteRecovery } from '../../src/pg/despite-recovery.js';

/** As the driver throws what a server says. */
function serverError(code: string): Error {
  return Object.assign(new Error('canceling statement due to conflict with recovery'), { code });
}

test.each(['40001', '40P01'])(
  'a read that recovery ends (%s) is run again until it succeeds',
  async (code) => {
    let runs = 0;
    const read = async () => {
      runs += 1;
      if (runs < 4) throw serverError(code);
      return 'read';
    };
    expect(await despiteRecovery(read)).toBe('read');
    expect(runs).toBe(4);
  },
);

test('a read that recovery ends again and again fails with what the server says', async () => {
  let runs = 0;
  const reading = despiteRecovery(async () => {
    runs += 1;
    throw serverError('40001');
  }, 50);
  await expect(reading).rejects.toMatchObject({ code: '40001' });
  expect(runs).toBeGreaterThan(1);
});

test('a read that fails for another reason is not run again', async () => {
  let runs = 0;
  const reading = despiteRecovery(async () => {
    runs += 1;
    throw serverError('57014');
  });
  await expect(reading).rejects.toMatchObject({ code: '57014' });
  expect(runs).toBe(1);
});
