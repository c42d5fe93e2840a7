import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, planFaults } from './schedule.js';

describe('a fault schedule', () => {
  test('is the same for the same seed, and another one for another seed', () => {
    expect(planFaults(7, 60_000)).toEqual(planFaults(7, 60_000));
    expect(planFaults(7, 60_000)).not.toEqual(planFaults(8, 60_000));
  });

  test('of a longer run begins with that of a shorter one', () => {
    const short = planFaults(7, 10_000);
    expect(planFaults(7, 60_000).slice(0, short.length)).toEqual(short);
  });

  test('has every kind of fault, sooner or later', () => {
    const kinds = new Set(planFaults(7, 600_000).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
  });
});
