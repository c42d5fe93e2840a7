import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopSignals } from '../../src/lifecycle/stop-signals.js';
import { run } from '../cli/run.js';

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
