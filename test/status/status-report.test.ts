import { describe, expect, test } from 'vitest';
import { type DestinationStatus, exitCodeFor, isWithin } from '../../src/status/status-report.js';
import { statusLines } from '../../src/status/status-text.js';

const EMPTY = { indexesToBuild: [], problems: [] };

function destination(name: string, more: Partial<DestinationStatus> = {}): DestinationStatus {
  return { params: { host: 'db', port: 5432, databaseName: name, name }, ...EMPTY, ...more };
}

const behind = (events: bigint, seconds = 0) => ({ behind: { events, seconds } });

function report(destinations: readonly DestinationStatus[], maxLagEvents = 10) {
  const params = { host: 'db', port: 5432, databaseName: 'source' };
  return {
    at: new Date(0),
    source: { params, maxId: 9n, trouble: undefined },
    destinations,
    limits: { maxLagEvents },
  };
}

describe('a destination', () => {
  test.each([
    ['just at both limits', behind(10n, 5), true],
    ['with one event too many', behind(11n, 5), false],
    ['with one event that is too old', behind(10n, 5.1), false],
    ['that the source did not speak of', {}, undefined],
    ['that did not answer', { trouble: new Error('no answer') }, undefined],
    ['that is none', { ...behind(0n), problems: [new Error('is none')] }, false],
  ])('%s', (_, status, expected) => {
    expect(isWithin(destination('a', status), { maxLagEvents: 10, maxLagSeconds: 5 })).toBe(expected);
  });

  test('of more events than a number holds is beyond any limit', () => {
    const limits = { maxLagEvents: Number.MAX_SAFE_INTEGER };
    expect(isWithin(destination('a', behind(2n ** 53n)), limits)).toBe(false);
    expect(isWithin(destination('a', behind(2n ** 53n - 1n)), limits)).toBe(true);
  });
});

test.each([
  ['all within', [behind(0n), behind(10n)], 0],
  ['one unknown', [behind(0n), {}], 2],
  ['one not within, another unknown', [behind(11n), {}], 1],
] as const)('the exit code of %s', (_, all, code) => {
  expect(exitCodeFor(report(all.map((each) => destination('a', each))))).toBe(code);
});

test('where not all fit on a terminal the worst are shown', () => {
  const all = [
    destination('good', behind(1n)),
    destination('bad', behind(11n)),
    destination('unknown'),
    destination('worse', behind(12n)),
  ];
  const lines = statusLines(report(all), { columns: 80, most: 3 });
  expect(lines.slice(2, 6).map((line) => line.split(' ')[0])).toEqual(['worse', 'bad', 'unknown', 'and']);
  expect(lines.at(-1)).toBe('4 destinations: 1 within the limits, 2 not, 1 unknown');
});
