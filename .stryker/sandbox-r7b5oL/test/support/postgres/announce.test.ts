// @ts-nocheck
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { breakSilence, heading, say } from '../../../demo/say.js';
import { announced } from './announce.js';

const LONGEST_SILENCE_MS = 2_000;

let printedAtMs: number[] = [];

function longestSilenceMs(): number {
  const times = [...printedAtMs, performance.now()];
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}

beforeEach(() => {
  vi.useFakeTimers();
  printedAtMs = [performance.now()];
  vi.spyOn(process.stdout, 'write').mockImplementation(() => {
    printedAtMs.push(performance.now());
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('a step of a server that starts is never silent for two seconds', async () => {
  const texts: string[] = [];
  const record = (text: string) => {
    texts.push(text);
    printedAtMs.push(performance.now());
  };
  const pulling = announced(
    record,
    'Pulling an image',
    () => new Promise((resolve) => setTimeout(resolve, 10_000)),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  await pulling;
  expect(texts.slice(0, 2)).toEqual(['Pulling an image …', 'Pulling an image: still at it after 2 s']);
  expect(longestSilenceMs()).toBeLessThan(LONGEST_SILENCE_MS);
});

test('the demo is never silent for two seconds, and does not talk into what it prints', async () => {
  using _talking = breakSilence();
  heading('A step');
  for (let n = 0; n < 5; n++) {
    await vi.advanceTimersByTimeAsync(1_000);
    say('still busy');
  }
  expect(printedAtMs).toHaveLength(1 + 1 + 5);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(longestSilenceMs()).toBeLessThan(LONGEST_SILENCE_MS);
});
