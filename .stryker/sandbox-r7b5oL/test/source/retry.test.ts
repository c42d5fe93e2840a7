// @ts-nocheck
import { expect, it } from 'vitest';
import type { SourceLog } from '../../src/log/log.js';
import { retrying } from '../../src/source/retry.js';

function fixture(mayRetry: (error: unknown) => boolean = () => true) {
  const warnings: { message: string; fields: object }[] = [];
  const log: SourceLog = { write: (message, fields) => warnings.push({ fields, message }), isOn: () => true };
  const stop = new AbortController();
  return {
    warnings,
    stop,
    options: { doing: 'listen to the source' as const, log, stop: stop.signal, mayRetry },
  };
}

it('gives the result of the first attempt that succeeds, and says what failed before', async () => {
  const { options, warnings } = fixture();
  let attempts = 0;
  const failure = new Error('not yet');
  const result = await retrying(options, async () => {
    attempts += 1;
    if (attempts < 3) throw failure;
    return attempts;
  });
  expect(result).toBe(3);
  expect(warnings).toEqual([
    {
      message: 'cannot listen to the source: trying again',
      fields: { err: failure, pauseMs: expect.any(Number) },
    },
    {
      message: 'cannot listen to the source: trying again',
      fields: { err: failure, pauseMs: expect.any(Number) },
    },
  ]);
});

it('throws at once what may not be tried again', async () => {
  const { options, warnings } = fixture(() => false);
  await expect(retrying(options, () => Promise.reject(new Error('wrong password')))).rejects.toThrow(
    'wrong password',
  );
  expect(warnings).toEqual([]);
});

it('ends in the middle of a pause when it is stopped', async () => {
  const { options, stop, warnings } = fixture();
  const running = retrying(options, () => Promise.reject(new Error('not yet')));
  while (warnings.length < 3) await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error('stopped'));
  await expect(running).rejects.toThrow();
  expect(warnings).toHaveLength(3);
});

it('does not try again when it was stopped meanwhile', async () => {
  const { options, stop } = fixture();
  let attempts = 0;
  const running = retrying(options, async () => {
    attempts += 1;
    stop.abort();
    throw new Error('the last one');
  });
  await expect(running).rejects.toThrow('the last one');
  expect(attempts).toBe(1);
});
