// @ts-nocheck
import { expect, test } from 'vitest';
import { inOrder } from '../../src/common/in-order.js';

test('answers are given in the order of the questions, whichever came first', async () => {
  const late = new Promise<string>((resolve) => setImmediate(resolve, 'late'));
  expect(await inOrder([late, Promise.resolve(2)])).toEqual(['late', 2]);
});

test('of several that fail, the first one is told, though another failed before it', async () => {
  const late = new Promise<never>((_, reject) => setImmediate(reject, new Error('the cause')));
  await expect(inOrder([late, Promise.reject(new Error('a consequence'))])).rejects.toThrow('the cause');
});
