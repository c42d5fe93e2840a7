/** What is computed from measurements, apart from any database. */
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/common/operator-error.js';
import { registerSecret } from '../../src/common/secrets.js';
import { HISTORY_SECONDS, History } from '../../src/monitor/history.js';
import { lagSeconds } from '../../src/monitor/lag-seconds.js';
import { Pace } from '../../src/monitor/pace.js';
import { SourceClock } from '../../src/monitor/source-clock.js';
import { StallWatch } from '../../src/monitor/stall.js';
import { sqlstateClass, tellError } from '../../src/monitor/told-error.js';

test('the clock of the source is learned from the quickest answer, and anew after a minute', () => {
  const clock = new SourceClock();
  expect(clock.at(0)).toBeUndefined();
  clock.learn(1_000_000, { sentAtMs: 100, receivedAtMs: 300 });
  expect(clock.at(200)).toBe(1_000_000);
  clock.learn(1_000_905, { sentAtMs: 1_100, receivedAtMs: 1_110 });
  expect(clock.at(1_105)).toBe(1_000_905);
  clock.learn(5_000_000, { sentAtMs: 2_000, receivedAtMs: 2_500 });
  expect(clock.at(1_105)).toBe(1_000_905);
  clock.learn(2_000_000, { sentAtMs: 100_000, receivedAtMs: 100_400 });
  expect(clock.at(100_200)).toBe(2_000_000);
});

const LAG = { holdsUpTo: 5n, sourceMaxId: 9n, lagEvents: 4, firstMissingMs: 1_000, sourceTimeMs: 3_500 };

test.each([
  ['it lacks some', {}, 2.5],
  ['it lacks none', { lagEvents: 0 }, 0],
  ['it has moved on beyond what the source told', { holdsUpTo: 9n }, 0],
  ['the source is empty', { sourceMaxId: undefined }, 0],
  ['an event is from the future', { firstMissingMs: 9_000 }, 0],
  ['it was not validated', { holdsUpTo: undefined }, undefined],
  ['nobody knows the first missing event', { firstMissingMs: undefined }, undefined],
])('the age of the oldest missing event, when %s', (_, facts, seconds) => {
  expect(lagSeconds({ ...LAG, ...facts })).toBe(seconds);
});

test('rates are those of the last seconds, and the end of a load is foreseen while the lag shrinks', () => {
  const pace = new Pace();
  expect([pace.eventsPerSecond, pace.secondsToLive]).toEqual([0, undefined]);
  for (let second = 0; second <= 10; second++)
    pace.add({
      atMs: second * 1000,
      events: second * 100,
      bytes: second * 1000,
      lagEvents: 5000 - second * 50,
    });
  expect([pace.eventsPerSecond, pace.bytesPerSecond, pace.secondsToLive]).toEqual([100, 1000, 90]);
  for (let second = 11; second <= 60; second++)
    pace.add({ atMs: second * 1000, events: 1000, bytes: 10_000, lagEvents: 4500 + second });
  expect([pace.eventsPerSecond, pace.secondsToLive]).toEqual([0, undefined]);
});

test('the past is kept second by second for a quarter of an hour, with gaps where nothing was put', () => {
  const history = new History();
  expect(history.json()).toMatchObject({ lagEvents: [], eventsPerSecond: [] });
  history.put(1000, { lagEvents: 7, eventsPerSecond: 1 });
  history.put(1003, { lagEvents: undefined, eventsPerSecond: 2 });
  expect(history.json()).toEqual({
    stepSeconds: 1,
    from: new Date(1_000_000).toISOString(),
    lagEvents: [7, null, null, null],
    eventsPerSecond: [1, null, null, 2],
  });
  for (let second = 1004; second < 3000; second++)
    history.put(second, { lagEvents: second, eventsPerSecond: 0 });
  const { from, lagEvents } = history.json();
  expect(from).toBe(new Date((3000 - HISTORY_SECONDS) * 1000).toISOString());
  expect(lagEvents).toHaveLength(HISTORY_SECONDS);
  expect([lagEvents[0], lagEvents.at(-1)]).toEqual([3000 - HISTORY_SECONDS, 2999]);
  history.put(9000, { lagEvents: 1, eventsPerSecond: 1 });
  expect(history.json().lagEvents.filter((lag) => lag !== null)).toEqual([1]);
});

const STANDS = { shouldMove: true, events: 10, lagEvents: 101 };

test.each([
  ['stands', {}, true],
  ['moves', { events: 11 }, false],
  ['lacks few events', { lagEvents: 100 }, false],
  ['need not move', { shouldMove: false }, false],
  ['lacks nobody knows how many', { lagEvents: undefined }, false],
])('a destination that %s', (_, last, isStalled) => {
  const watch = new StallWatch({ stallSeconds: 60, stallEvents: 100 });
  for (const atMs of [0, 1_000, 30_000]) watch.note({ ...STANDS, atMs });
  watch.note({ ...STANDS, atMs: 60_900, ...last });
  expect(watch.isStalled(60_900)).toBe(false);
  expect(watch.isStalled(61_000)).toBe(isStalled);
});

test.each([
  [{ code: '57P01' }, '57'],
  [{ code: 'ECONNREFUSED' }, 'none'],
  [{ code: 'EPIPE' }, 'none'],
  [{}, 'none'],
])('the error %j is of class %s', (fields, name) => {
  expect(sqlstateClass(tellError(Object.assign(new Error('x'), fields), new Date()))).toBe(name);
});

test('an error is told without secrets', () => {
  registerSecret('opensesame');
  const told = tellError(new OperatorError('no opensesame', { hint: 'not opensesame' }), new Date());
  expect(told).toMatchObject({ message: 'no ***', hint: 'not ***' });
});
