import { expect, it } from 'vitest';
import { highest, NO_PAST, pastOf, withStatus } from '../../../src/monitor/page/past.js';
import { madeDestination } from '../../support/page/made-status.js';

const START = Date.parse('2026-03-01T12:00:00.000Z') / 1000;

function at(second: number): string {
  return new Date((START + second) * 1000).toISOString();
}

function withLag(past: typeof NO_PAST, second: number, lagEvents: number | null) {
  return withStatus(past, at(second), madeDestination({ lagEvents, eventsPerSecond: 5 }));
}

it('what the server remembers becomes points in time', () => {
  const history = { from: at(0), stepSeconds: 1, lagEvents: [1, null, 3], eventsPerSecond: [10, 20, null] };
  expect(pastOf(history)).toEqual({
    times: [START, START + 1, START + 2],
    lagEvents: [1, null, 3],
    eventsPerSecond: [10, 20, null],
  });
});

it('within a second the latest value stands', () => {
  const past = withLag(withLag(withLag(NO_PAST, 0, 1), 0.25, 2), 1, 3);
  expect([past.times, past.lagEvents]).toEqual([
    [START, START + 1],
    [2, 3],
  ]);
});

it('a status that is older than what is drawn changes nothing', () => {
  const past = withLag(NO_PAST, 5, 1);
  expect(withLag(past, 3, 2)).toBe(past);
});

it('what is older than fifteen minutes leaves, also after a long silence', () => {
  const past = withLag(withLag(NO_PAST, 0, 1), 10, 2);
  expect(withLag(past, 905, 3).lagEvents).toEqual([2, 3]);
  expect(withLag(past, 9000, 4).lagEvents).toEqual([4]);
});

it('the highest value is told with the time at which it was first reached', () => {
  expect(highest([1, 2, 3, 4], [null, 7, 7, 2])).toEqual({ value: 7, time: 2 });
  expect(highest([1], [null])).toBeUndefined();
});
