// @ts-nocheck
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopSignals } from '../../src/common/stop-signals.js';
import { run, startUnread } from '../support/commands/run.js';

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the first %s asks the command to stop, and it exits with 0',
  async (signal) => {
    const outcome = await run(['--action', 'stop-orderly'], {}, (stdout, kill) => {
      if (stdout === 'ready\n') kill(signal);
    });
    expect(outcome).toEqual({ code: 0, stdout: `ready\nstopped by ${signal}\n`, stderr: '' });
  },
);

test.each([
  ['SIGINT', 'SIGINT', 130],
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGINT', 'SIGTERM', 143],
] as const)(
  '%s and then %s ends a command that does not stop at once, with exit code %d',
  async (first, second, code) => {
    const outcome = await run(['--action', 'stop-never'], {}, (stdout, kill) => {
      if (stdout === 'ready\n') kill(first);
      if (stdout === 'ready\nstopping\n') kill(second);
    });
    expect(outcome).toEqual({ code, stdout: 'ready\nstopping\n', stderr: '' });
  },
);

test.each([
  [[], 0],
  [['--trouble'], 2],
])('a command that does not come to an end is ended within two seconds, %j with %d', async (args, code) => {
  let stoppedAt = 0;
  const outcome = await run(['--action', 'stop-never', ...args], {}, (stdout, kill) => {
    if (stdout !== 'ready\n') return;
    stoppedAt = performance.now();
    kill('SIGTERM');
  });
  expect(performance.now() - stoppedAt).toBeLessThan(2_000);
  expect(outcome).toEqual({
    code,
    stdout: 'ready\nstopping\n',
    stderr: 'slate-test: stopped by SIGTERM; it did not wait for what was under way\n',
  });
});

test('a command that is done, but for a reader that does not read, ends with its exit code', async () => {
  const child = startUnread(['--action', 'tell-nobody']);
  await once(child.stderr, 'data');
  const stoppedAt = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - stoppedAt).toBeLessThan(2_000);
});

test('when it is over, the signals mean again what they mean to Node', () => {
  const before = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
  const signals = stopSignals();
  expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(before + 2);
  signals[Symbol.dispose]();
  expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(before);
});

test('any number of connections may wait for a signal without a warning from Node', async () => {
  using signals = stopSignals();
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  for (let connection = 0; connection < 20; connection++) signals.signal.addEventListener('abort', () => {});
  await setImmediate();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
