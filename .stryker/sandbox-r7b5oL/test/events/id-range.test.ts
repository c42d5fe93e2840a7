// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BEFORE_ALL_IDS,
  type IdRange,
  idCount,
  MAX_ID,
  normalize,
  subtract,
} from '../../src/events/id-range.js';

const range: fc.Arbitrary<IdRange> = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 }))
  .map(([from, length]) => ({ from: BigInt(from), to: BigInt(from + length) }));
const ranges = fc.array(range, { maxLength: 10 });

function idsOf(list: readonly IdRange[]): Set<bigint> {
  const ids = new Set<bigint>();
  for (const { from, to } of list) for (let id = from; id <= to; id += 1n) ids.add(id);
  return ids;
}

describe('range algebra', () => {
  it('subtracts as sets of ids do', () => {
    fc.assert(
      fc.property(ranges, ranges, (from, without) => {
        const removed = idsOf(without);
        const expected = [...idsOf(from)].filter((id) => !removed.has(id));
        expect(idsOf(subtract(from, without))).toEqual(new Set(expected));
      }),
    );
  });

  it('gives ascending ranges that neither overlap nor touch', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        for (const list of [normalize(a), subtract(a, b)]) {
          for (const [index, { from, to }] of list.entries()) {
            expect(from <= to).toBe(true);
            const next = list[index + 1];
            if (next !== undefined) expect(next.from > to + 1n).toBe(true);
          }
        }
      }),
    );
  });

  it('normalizes without changing the ids', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        expect(idsOf(normalize(list))).toEqual(idsOf(list));
      }),
    );
  });

  it('counts ids', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const total = normalize(list).reduce((sum, each) => sum + idCount(each), 0n);
        expect(total).toBe(BigInt(idsOf(list).size));
      }),
    );
  });

  it('works at the far end of bigint ids', () => {
    expect(subtract([{ from: MAX_ID - 2n, to: MAX_ID }], [{ from: MAX_ID - 1n, to: MAX_ID - 1n }])).toEqual([
      { from: MAX_ID - 2n, to: MAX_ID - 2n },
      { from: MAX_ID, to: MAX_ID },
    ]);
  });

  it('knows the bigints of PostgreSQL', () => {
    expect(MAX_ID).toBe(9_223_372_036_854_775_807n);
    expect(BEFORE_ALL_IDS + 1n).toBe(-9_223_372_036_854_775_808n);
  });
});
