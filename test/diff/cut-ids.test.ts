import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutSpan, hull, split, upTo } from '../../src/diff/cut-ids.js';
import { type IdRange, idCount } from '../../src/plan/id-range.js';

const id = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
const span = fc.tuple(id, id).map(([a, b]): IdRange => (a < b ? { from: a, to: b } : { from: b, to: a }));
const atLeastOne = (max: bigint) => fc.bigInt({ min: 1n, max });

/** Nothing is left out and nothing is there twice: each range begins where the one before it ended. */
function expectToTile(ranges: readonly IdRange[], { from, to }: IdRange): void {
  expect(ranges[0]?.from).toBe(from);
  expect(ranges.at(-1)?.to).toBe(to);
  const follows = ({ from: next }: IdRange, index: number) =>
    index === 0 || next === (ranges[index - 1]?.to ?? 0n) + 1n;
  expect(ranges.every((range, index) => range.from <= range.to && follows(range, index))).toBe(true);
}

describe('cutting a span of ids', () => {
  test('loses no id and repeats none', () => {
    const options = fc.record({
      eventsPerRange: fc.bigInt({ min: 10_000n, max: 100_000n }),
      estimatedEvents: fc.option(fc.bigInt({ min: 0n, max: 5_000_000n }), { nil: undefined }),
    });
    fc.assert(fc.property(span, options, (whole, wanted) => expectToTile(cutSpan(whole, wanted), whole)));
  });

  test('makes no more ranges than the events are worth, however wide the holes between their ids', () => {
    fc.assert(
      fc.property(
        atLeastOne(10n ** 15n),
        atLeastOne(1_000_000n),
        atLeastOne(50_000n),
        (to, events, wanted) => {
          const ranges = cutSpan({ from: 1n, to }, { eventsPerRange: wanted, estimatedEvents: events });
          expect(BigInt(ranges.length) <= (events + wanted - 1n) / wanted).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('without statistics makes at most 10,000 ranges', () => {
    expect(cutSpan({ from: 1n, to: 9n * 10n ** 18n }, { eventsPerRange: 50_000n })).toHaveLength(10_000);
  });

  test('into a number of parts gives no more than that, of nearly equal width', () => {
    fc.assert(
      fc.property(span, atLeastOne(64n), (whole, parts) => {
        const ranges = split(whole, parts);
        expectToTile(ranges, whole);
        expect(BigInt(ranges.length) <= parts).toBe(true);
        const widths = new Set(ranges.slice(0, -1).map(idCount));
        expect(widths.size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test('up to an id stays exactly what is not beyond it', () => {
  fc.assert(
    fc.property(span, atLeastOne(64n), id, (whole, parts, to) => {
      const kept = upTo(split(whole, parts), to);
      if (to < whole.from) expect(kept).toEqual([]);
      else expectToTile(kept, { from: whole.from, to: to < whole.to ? to : whole.to });
    }),
  );
});

test('the hull of ranges is the smallest that covers all, and there is none of none', () => {
  fc.assert(
    fc.property(fc.array(fc.option(span, { nil: undefined })), (ranges) => {
      const given = ranges.filter((range) => range !== undefined);
      const covering = hull(ranges);
      expect(covering === undefined).toBe(given.length === 0);
      if (covering === undefined) return;
      expect(given.every(({ from, to }) => covering.from <= from && to <= covering.to)).toBe(true);
      expect(given.some(({ from }) => from === covering.from)).toBe(true);
      expect(given.some(({ to }) => to === covering.to)).toBe(true);
    }),
  );
});
