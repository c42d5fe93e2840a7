import { beforeEach, expect, test, vi } from 'vitest';
import { createProgress, progressText } from '../../src/cli/progress.js';
import { Screen } from '../support/commands/screen.js';

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('CI', '');
});

const EVENTS = { label: 'comparing', unit: 'events' };

test.each([
  [450_000, 1_000_000, 9_000, '45 %, 450,000 of 1,000,000 events, 50,000/s, 0:11 left'],
  [1, 7_325, 1_000, '0 %, 1 of 7,325 events, 1/s, 2:02:04 left'],
  [0, 10, 1_000, '0 %, 0 of 10 events, 0/s'],
  [10, 10, 1_000, '100 %, 10 of 10 events, 10/s, 0:00 left'],
  [12, 10, 1_000, '100 %, 12 of 10 events, 12/s, 0:00 left'],
  [0, 0, 0, '100 %, 0 of 0 events, 0/s'],
])('%d of %d after %d ms: %s', (done, total, elapsedMs, line) => {
  expect(progressText({ ...EVENTS, total }, done, elapsedMs)).toBe(line);
});

test('where nobody knows how many there will be, count and rate are shown', () => {
  expect(progressText(EVENTS, 1_500, 500)).toBe('1,500 events, 3,000/s');
});

test('on a terminal one line is written over and over, at most five times a second, and wiped at the end', () => {
  const output = new Screen();
  let now = 0;
  {
    using progress = createProgress({ ...EVENTS, total: 100, output, nowMs: () => now });
    for (; now < 1_000; now += 10) progress.update(now / 10);
    expect(output.lines).toHaveLength(1);
  }
  expect(output.written.match(/comparing/g)).toHaveLength(5);
  expect(output.written).not.toContain('\n');
  expect(output.lines).toEqual([]);
});

test('rate and estimate count from the beginning, and the total may become known later', () => {
  const output = new Screen();
  let now = 0;
  using progress = createProgress({ ...EVENTS, output, nowMs: () => now });
  now = 1_000;
  progress.update(100, 400);
  expect(output.lines).toEqual([
    expect.stringMatching(/^comparing: [█#]+[░.]+ 25 %, 100 of 400 events, 100\/s, 0:03 left$/),
  ]);
});

test('a narrow terminal gets no second line', () => {
  const output = new Screen(20);
  using progress = createProgress({ ...EVENTS, output, nowMs: () => 0 });
  progress.update(1);
  expect(output.lines).toHaveLength(1);
});

test('where the output is no terminal, nothing is written', () => {
  const output = Object.assign(new Screen(), { isTTY: false });
  {
    using progress = createProgress({ ...EVENTS, output });
    progress.update(1);
  }
  expect(output.written).toBe('');
});
