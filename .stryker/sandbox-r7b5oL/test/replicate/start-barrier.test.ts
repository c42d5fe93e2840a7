// @ts-nocheck
import { expect, it } from 'vitest';
import { StartBarrier } from '../../src/replicate/start-barrier.js';

async function hasPassed(promise: Promise<void>): Promise<boolean> {
  let passed = false;
  void promise.then(() => {
    passed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return passed;
}

it('lets nobody pass before all have arrived', async () => {
  const barrier = new StartBarrier(3);
  const early = [barrier.arrive(), barrier.arrive()];
  expect(await Promise.all(early.map(hasPassed))).toEqual([false, false]);
  await Promise.all([...early, barrier.arrive()]);
});

it('lets later comers pass', async () => {
  const barrier = new StartBarrier(1);
  await barrier.arrive();
  await barrier.arrive();
});

it('lets everybody pass who is expected by nobody', async () => {
  await new StartBarrier(0).arrive();
});

it('lets nobody pass when one has failed, and says when all have arrived or failed', async () => {
  const barrier = new StartBarrier(3);
  const early = barrier.arrive();
  barrier.fail();
  expect(await hasPassed(barrier.complete)).toBe(false);
  const late = barrier.arrive();
  await barrier.complete;
  expect(await Promise.all([early, late].map(hasPassed))).toEqual([false, false]);
});
