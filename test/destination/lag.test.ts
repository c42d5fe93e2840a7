import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lag } from '../../src/destination/lag.js';
import { BEFORE_ALL_IDS } from '../../src/events/id-range.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const EMPTY = { count: 0n };

function holds(count: bigint, from: bigint, to: bigint) {
  return { count, ids: { from, to } };
}

test('nothing is said before the first look', () => {
  expect(new Lag().record(7n, 0)).toEqual({});
});

test('what was missing at the look and what the source got since is the lag, less what was copied since', () => {
  const lag = new Lag();
  // Ids with holes: 100 events up to id 1,000. A run before this look had copied 50.
  lag.looked(holds(100n, 1n, 1_000n), EMPTY, 50);
  expect(lag.record(1_000n, 50)).toEqual({ lagEvents: 100 });
  expect(lag.record(1_000n, 90)).toEqual({ lagEvents: 60 });
  expect(lag.record(1_005n, 110)).toEqual({ lagEvents: 45 });
  expect(lag.progress(110)).toEqual({ copied: 60, total: 105 });
});

test('events that are missing in the middle count too', () => {
  const lag = new Lag();
  lag.looked(holds(10n, 1n, 10n), holds(7n, 1n, 10n), 0);
  expect(lag.record(10n, 1)).toEqual({ lagEvents: 2 });
});

test('a destination that has caught up is zero seconds behind, later as many as since the last look at which it had everything', () => {
  const lag = new Lag();
  lag.looked(EMPTY, EMPTY, 0);
  lag.caughtUp(20n, 20);
  vi.advanceTimersByTime(3_000);
  expect(lag.record(20n, 20)).toEqual({ lagEvents: 0, lagSeconds: 0 });
  expect(lag.record(25n, 20)).toEqual({ lagEvents: 5, lagSeconds: 3 });
  lag.caughtUp(25n, 25);
  vi.advanceTimersByTime(500);
  expect(lag.record(26n, 25)).toEqual({ lagEvents: 1, lagSeconds: 0.5 });
});

test('a destination that had everything of an empty source is behind by what the source got since', () => {
  const lag = new Lag();
  lag.looked(EMPTY, EMPTY, 0);
  lag.caughtUp(BEFORE_ALL_IDS, 0);
  expect(lag.record(undefined, 0)).toMatchObject({ lagEvents: 0 });
  expect(lag.record(30n, 0)).toMatchObject({ lagEvents: 30 });
});

test('an empty source is not behind, one that does not answer says nothing', () => {
  const lag = new Lag();
  lag.looked(EMPTY, EMPTY, 0);
  expect(lag.record(undefined, 0)).toEqual({ lagEvents: 0, lagSeconds: 0 });
  lag.caughtUp(9n, 9);
  expect(lag.record(undefined, 9)).toEqual({});
});

test('holes between ids that came since do not add up: every time it has caught up it counts anew', () => {
  const lag = new Lag();
  lag.looked(EMPTY, EMPTY, 0);
  lag.caughtUp(1_000n, 3);
  expect(lag.record(1_000n, 3).lagEvents).toBe(0);
  lag.caughtUp(9_000n, 4);
  expect(lag.record(9_001n, 4).lagEvents).toBe(1);
});
