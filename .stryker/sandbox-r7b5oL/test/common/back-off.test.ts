// @ts-nocheck
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BackOff } from '../../src/common/back-off.js';

it('doubles its pauses up to thirty seconds, each between half and all of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (attempts) => {
      const backOff = new BackOff();
      for (let attempt = 0; attempt < attempts; attempt++) {
        const ceiling = Math.min(30_000, 100 * 2 ** attempt);
        const pauseMs = backOff.nextMs();
        expect(pauseMs).toBeLessThanOrEqual(ceiling);
        expect(pauseMs).toBeGreaterThanOrEqual(ceiling / 2);
      }
    }),
    { numRuns: 20 },
  );
});

it('begins again with a short pause after a success', () => {
  const backOff = new BackOff();
  for (let attempt = 0; attempt < 10; attempt++) backOff.nextMs();
  backOff.reset();
  expect(backOff.nextMs()).toBeLessThanOrEqual(100);
});

it('does not let everybody come back at the same time', () => {
  const pauses = new Set(Array.from({ length: 50 }, () => new BackOff().nextMs()));
  expect(pauses.size).toBeGreaterThan(40);
});
