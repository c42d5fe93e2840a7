import { expect, it } from 'vitest';
import { Announcer } from '../../../src/monitor/page/announcer.js';
import { madeDestination } from '../../support/page/made-status.js';

function inStates(states: Readonly<Record<string, string>>) {
  return Object.entries(states).map(([name, state]) => madeDestination({ name, state }));
}

it('a screen reader is told who began to fail and who recovered, once', () => {
  const announcer = new Announcer();
  const told = [
    { a: 'live', b: 'live' },
    { a: 'stopped', b: 'catching up' },
    { a: 'stopped', b: 'live' },
    { a: 'live', b: 'backing off' },
  ].map((states) => announcer.next(inStates(states)));
  expect(told).toEqual([undefined, 'a is in trouble.', undefined, 'b is in trouble. a is out of trouble.']);
});

it('many are told as a number', () => {
  const announcer = new Announcer();
  announcer.next([]);
  const failing = inStates({ a: 'stopped', b: 'stopped', c: 'stopped', d: 'stopped' });
  expect(announcer.next(failing)).toBe('4 destinations are in trouble.');
});
