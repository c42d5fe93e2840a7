// @ts-nocheck
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hull, split } from '../../../src/diff/tables/cut-ids.js';
import { type IdRange, idCount } from '../../../src/events/id-range.js';

const id = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
const span = fc.tuple(id, id).map(([a, b]): IdRange => (a < b ? { from: a, to: b } : { from: b, to: a }));

/** Nothing is left out and nothing is there twice: each range begins where the one before it ended. */
function expectToTile(ranges: readonly IdRange[], { from, to }: IdRange): void {
  expect(ranges[0]?.from).toBe(from);
  expect(ranges.at(-1)?.to).toBe(to);
  const follows = ({ from: next }: IdRange, index: number) =>
    index === 0 || next === (ranges[index - 1]?.to ?? 0n) + 1n;
  expect(ranges.every((range, index) => range.from <= range.to && follows(range, index))).toBe(true);
}

test('splitting a range loses no id, repeats none, and gives no more than that many parts of nearly equal width', () => {
  fc.assert(
    fc.property(span, fc.bigInt({ min: 1n, max: 64n }), (whole, parts) => {
      const ranges = split(whole, parts);
      expectToTile(ranges, whole);
      expect(BigInt(ranges.length) <= parts).toBe(true);
      const widths = new Set(ranges.slice(0, -1).map(idCount));
      expect(widths.size).toBeLessThanOrEqual(1);
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
