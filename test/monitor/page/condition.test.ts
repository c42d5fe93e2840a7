import { expect, it } from 'vitest';
import { conditionCounts, conditionOf } from '../../../src/monitor/page/condition.js';
import { madeDestination, madeError } from '../../support/page/made-status.js';

it.each([
  ['stopped', 'stopped'],
  ['backing off', 'failing'],
  ['connecting', 'behind'],
  ['validating', 'behind'],
  ['catching up', 'behind'],
  ['building indexes', 'behind'],
  ['standby', 'waiting'],
  ['held', 'waiting'],
  ['paused', 'waiting'],
  ['live', 'live'],
])('%s counts as %s', (state, condition) => {
  expect(conditionOf(madeDestination({ state }))).toBe(condition);
});

it('a state of a newer server is shown among those that are behind', () => {
  expect(conditionOf(madeDestination({ state: 'dreaming' }))).toBe('behind');
  expect(conditionOf(madeDestination({ state: 'toString' }))).toBe('behind');
});

it('a destination that connects again after an error is failing still', () => {
  expect(conditionOf(madeDestination({ state: 'connecting', lastError: madeError('refused') }))).toBe(
    'failing',
  );
});

it('a live destination that has hung behind for more than ten seconds is behind', () => {
  expect(conditionOf(madeDestination({ lagSeconds: 9 }))).toBe('live');
  expect(conditionOf(madeDestination({ lagSeconds: 11 }))).toBe('behind');
});

it('how many are in each condition is counted', () => {
  const states = ['live', 'live', 'held', 'stopped'];
  expect(conditionCounts(states.map((state) => madeDestination({ state })))).toEqual({
    stopped: 1,
    failing: 0,
    behind: 0,
    waiting: 1,
    live: 2,
  });
});
