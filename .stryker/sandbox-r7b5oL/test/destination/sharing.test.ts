// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsTooMany } from '../../src/destination/sharing.js';

describe('fair shares', () => {
  it('settle: letting go one by one until nobody holds too many leaves everything held by somebody', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 2, max: 6 }), (total, replicators) => {
        const others = replicators - 1;
        let held = total;
        while (holdsTooMany({ held, total, others })) held -= 1;
        expect(held * replicators).toBeGreaterThanOrEqual(total);
        expect(held).toBe(Math.ceil(total / replicators));
      }),
    );
  });

  it('nobody lets go while nobody waits', () => {
    expect(holdsTooMany({ held: 20, total: 20, others: 0 })).toBe(false);
  });
});
