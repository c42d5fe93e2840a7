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
  const barrier = new StartBarrier(['a', 'b', 'c']);
  const early = [barrier.arrive('a'), barrier.arrive('b')];
  expect(await Promise.all(early.map(hasPassed))).toEqual([false, false]);
  await Promise.all([...early, barrier.arrive('c')]);
});

it('counts nobody twice', async () => {
  const barrier = new StartBarrier(['a', 'b']);
  void barrier.arrive('a');
  expect(await hasPassed(barrier.arrive('a'))).toBe(false);
});

it('lets later comers pass', async () => {
  const barrier = new StartBarrier(['a']);
  await barrier.arrive('a');
  await barrier.arrive('b');
});

it('lets everybody pass who is expected by nobody', async () => {
  await new StartBarrier([]).arrive('a');
});

it('lets nobody pass when one has failed, and says when all have arrived or failed', async () => {
  const barrier = new StartBarrier(['a', 'b', 'c']);
  const early = barrier.arrive('a');
  barrier.fail('b');
  expect(await hasPassed(barrier.complete)).toBe(false);
  const late = barrier.arrive('c');
  await barrier.complete;
  expect(await Promise.all([early, late].map(hasPassed))).toEqual([false, false]);
});
