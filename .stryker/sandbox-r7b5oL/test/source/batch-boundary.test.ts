// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBoundary, idsPerEvent } from '../../src/source/batch-boundary.js';

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

  it('are as far apart as the ids are, by powers of two, so that a change of density keeps destinations together', () => {
    const ids = fc.bigInt({ min: 1n, max: 2n ** 40n });
    fc.assert(
      fc.property(id, ids, fc.integer({ min: 1, max: 10_000 }), (after, span, events) => {
        const apart = idsPerEvent(span, events);
        const end = batchBoundary(after, 10_000n, apart);
        expect(end % 9_000n).toBe(0n);
        expect(end - after <= 10_000n * apart).toBe(true);
        expect((end - after) * 10n >= 10_000n * apart).toBe(true);
        expect(apart === 1n || apart * BigInt(events) <= span).toBe(true);
        expect(apart * BigInt(events) * 2n > span).toBe(true);
      }),
    );
  });

  it('give way to the next multiple only where less than a tenth of a batch would be left', () => {
    expect(batchBoundary(7_999n, 10_000n)).toBe(9_000n);
    expect(batchBoundary(8_000n, 10_000n)).toBe(9_000n);
    expect(batchBoundary(8_001n, 10_000n)).toBe(18_000n);
  });

  it.each([
    [0n, 0, 1n],
    [10n, 10, 1n],
    [19n, 10, 1n],
    [20n, 10, 2n],
    [39n, 10, 2n],
    [40n, 10, 4n],
  ])('take ids that span %s for %s events as %s apart', (ids, events, apart) => {
    expect(idsPerEvent(ids, events)).toBe(apart);
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
