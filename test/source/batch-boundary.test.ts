import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBoundary } from '../../src/source/read-batch.js';

const id = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const maxEvents = fc.bigInt({ min: 10_000n, max: 1_000_000n });

describe('the ends of batches', () => {
  it('never make a batch larger than maxEventsPerWrite, nor a tiny one', () => {
    fc.assert(
      fc.property(id, maxEvents, (after, max) => {
        const ids = batchBoundary(after, max) - after;
        expect(ids <= max).toBe(true);
        expect(ids * 10n >= max - 10n).toBe(true);
      }),
    );
  });

  it('bring destinations together that began at different places', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 0, max: 8_999 }), maxEvents, (after, lead, max) => {
        const followed = (start: bigint) => {
          const ends = [start];
          while (ends.length < 5) ends.push(batchBoundary(ends.at(-1) ?? start, max));
          return new Set(ends.slice(1));
        };
        const other = followed(after + BigInt(lead));
        expect([...followed(after)].some((end) => other.has(end))).toBe(true);
      }),
    );
  });
});
