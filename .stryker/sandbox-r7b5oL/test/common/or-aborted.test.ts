// @ts-nocheck
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { orAborted } from '../../src/common/or-aborted.js';

const NEVER = new Promise<never>(() => {});

it('settles like the promise while nobody aborts', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

it('rejects with the reason as soon as it is aborted', async () => {
  const controller = new AbortController();
  const waiting = orAborted(NEVER, controller.signal);
  controller.abort(new Error('stopped by SIGINT'));
  await expect(waiting).rejects.toThrow('stopped by SIGINT');
});

it('rejects at once when it was aborted before', async () => {
  await expect(orAborted(NEVER, AbortSignal.abort(new Error('long ago')))).rejects.toThrow('long ago');
});

it('leaves nothing behind on the signal, however often it is used', async () => {
  const { signal } = new AbortController();
  for (let n = 0; n < 100; n++) await orAborted(Promise.resolve(n), signal);
  await orAborted(Promise.reject(new Error('no')), signal).catch(() => {});
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('lets nobody hear of a promise that fails after it was abandoned', async () => {
  const controller = new AbortController();
  let fail = (_: Error) => {};
  const failing = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const waiting = orAborted(failing, controller.signal);
  controller.abort(new Error('stop'));
  await expect(waiting).rejects.toThrow('stop');
  // An unhandled rejection would fail this test run.
  fail(new Error('too late'));
});
