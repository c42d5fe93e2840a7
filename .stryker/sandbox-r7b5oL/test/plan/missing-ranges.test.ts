// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idCount, normalize, subtract } from '../../src/events/id-range.js';
import {
  type Bucket,
  compareIds,
  differingBuckets,
  type Extent,
  isContiguous,
  isPlainPrefix,
  joinBuckets,
} from '../../src/plan/missing-ranges.js';

const SIZE = 10n;
const MAX_ID = 99n;

const ids = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: MAX_ID }), { maxLength: 60 })
  .map((list) => list.sort((a, b) => (a < b ? -1 : 1)));

function extentOf(list: readonly bigint[]): Extent {
  const [from, to] = [list[0], list.at(-1)];
  const count = BigInt(list.length);
  return from === undefined || to === undefined ? { count } : { count, ids: { from, to } };
}

function bucketsOf(list: readonly bigint[]): Bucket[] {
  const buckets = new Map<bigint, bigint[]>();
  for (const id of list) buckets.set(id / SIZE, [...(buckets.get(id / SIZE) ?? []), id]);
  return [...buckets].map(([bucket, members]) => ({
    bucket,
    count: BigInt(members.length),
    idSum: String(members.reduce((sum, id) => sum + id, 0n)),
  }));
}

function rangesOf(list: readonly bigint[]) {
  return normalize(list.map((id) => ({ from: id, to: id })));
}

describe('missing ranges', () => {
  it('are exactly what the source has and the destination has not', () => {
    fc.assert(
      fc.property(ids, ids, (source, destination) => {
        const { missing, extra } = compareIds(rangesOf(source), rangesOf(destination));
        const within = (id: bigint) => missing.some(({ from, to }) => id >= from && id <= to);
        expect(source.filter(within)).toEqual(source.filter((id) => !destination.includes(id)));
        expect(destination.filter(within)).toEqual([]);
        expect(extra).toEqual(rangesOf(destination.filter((id) => !source.includes(id))));
      }),
    );
  });

  it('are one range where the destination has nothing between them, however far apart they are', () => {
    const apart = rangesOf([5n, 1_000n, 2_000_000n, 3_000_000n]);
    expect(compareIds(apart, rangesOf([1n, 2_500_000n])).missing).toEqual([
      { from: 5n, to: 2_000_000n },
      { from: 3_000_000n, to: 3_000_000n },
    ]);
  });

  it('are one range up to the end where the destination has nothing any more', () => {
    expect(compareIds(rangesOf([5n, 1_000n, 2_000_000n]), rangesOf([1n])).missing).toEqual([
      { from: 5n, to: 2_000_000n },
    ]);
  });

  it('lie within the buckets that differ in count or sum, when the destination only lost rows', () => {
    fc.assert(
      fc.property(ids, ids, (source, lost) => {
        const destination = source.filter((id) => !lost.includes(id));
        const differing = normalize(differingBuckets(bucketsOf(source), bucketsOf(destination), SIZE));
        const { missing } = compareIds(rangesOf(source), rangesOf(destination));
        const lostIds = rangesOf(source.filter((id) => lost.includes(id)));
        expect(subtract(lostIds, differing)).toEqual([]);
        if (missing.length === 0) expect(differing).toEqual([]);
      }),
    );
  });

  it('are looked at in joined buckets that cover the same ids, none with more events than wanted unless alone', () => {
    fc.assert(
      fc.property(ids, ids, fc.bigInt({ min: 1n, max: 20n }), (source, destination, maxEvents) => {
        const buckets = differingBuckets(bucketsOf(source), bucketsOf(destination), SIZE);
        const joined = joinBuckets(buckets, maxEvents);
        expect(subtract(joined, buckets)).toEqual([]);
        expect(subtract(buckets, joined)).toEqual([]);
        for (const { from, to, events } of joined) {
          const inside = buckets.filter((bucket) => bucket.from >= from && bucket.to <= to);
          expect(events <= maxEvents || inside.length === 1).toBe(true);
        }
      }),
    );
  });

  it('are looked for in buckets that begin behind the last bucket with events, and know how many the fuller one has', () => {
    const source = bucketsOf([1n, 2n, 25n, 61n, 62n]);
    const destination = bucketsOf([1n, 2n, 25n, 26n, 61n]);
    expect(differingBuckets(source, destination, SIZE)).toEqual([
      { from: 10n, to: 29n, events: 2n },
      { from: 30n, to: 69n, events: 2n },
    ]);
    expect(differingBuckets(source, [], SIZE).map(({ events }) => events)).toEqual([2n, 1n, 2n]);
    expect(differingBuckets(bucketsOf([25n]), [], SIZE)).toEqual([{ from: 20n, to: 29n, events: 1n }]);
  });

  it('show in a bucket with as many ids, or with ids of the same sum', () => {
    const differing = (source: bigint[], destination: bigint[]) =>
      differingBuckets(bucketsOf(source), bucketsOf(destination), SIZE).length;
    expect(differing([1n, 2n], [1n, 2n])).toBe(0);
    expect(differing([1n, 2n], [1n, 3n])).toBe(1);
    expect(differing([1n, 2n], [3n])).toBe(1);
  });

  it('are looked at in few steps: neighbours are joined up to the number of events that is wanted', () => {
    const bucket = (from: bigint, events: bigint) => ({ from, to: from + 9n, events });
    const buckets = [bucket(0n, 2n), bucket(10n, 3n), bucket(20n, 1n), bucket(40n, 1n), bucket(50n, 9n)];
    expect(joinBuckets(buckets, 5n)).toEqual([
      { from: 0n, to: 19n, events: 5n },
      bucket(20n, 1n),
      bucket(40n, 1n),
      bucket(50n, 9n),
    ]);
    expect(joinBuckets(buckets, 6n)).toEqual([
      { from: 0n, to: 29n, events: 6n },
      bucket(40n, 1n),
      bucket(50n, 9n),
    ]);
  });

  it('need no look at the ids only where counts prove that the destination is a beginning of the source', () => {
    fc.assert(
      fc.property(ids, ids, fc.bigInt({ min: 0n, max: MAX_ID }), (source, lost, upTo) => {
        const destination = source.filter((id) => id <= upTo && !lost.includes(id));
        fc.pre(destination.length > 0);
        if (!isPlainPrefix(extentOf(source), extentOf(destination))) return;
        const last = destination.at(-1) ?? 0n;
        expect(destination).toEqual(source.filter((id) => id <= last));
      }),
    );
  });

  it('need no look at the ids of the usual destination: all from the first event on', () => {
    const source = { count: 500n, ids: { from: 1n, to: 500n } };
    expect(isPlainPrefix(source, { count: 100n, ids: { from: 1n, to: 100n } })).toBe(true);
    expect(isPlainPrefix(source, { count: 0n })).toBe(true);
    expect(isPlainPrefix({ count: 0n }, { count: 100n, ids: { from: 1n, to: 100n } })).toBe(false);
    expect(isPlainPrefix(source, { count: 99n, ids: { from: 1n, to: 100n } })).toBe(false);
    expect(isPlainPrefix(source, { count: 99n, ids: { from: 2n, to: 100n } })).toBe(false);
    expect(isPlainPrefix({ ...source, count: 499n }, { count: 99n, ids: { from: 1n, to: 99n } })).toBe(false);
  });
});

it('a table is contiguous when it has as many rows as ids from its first to its last', () => {
  fc.assert(
    fc.property(ids, (list) => {
      const spanned = rangesOf(list).reduce((sum, range) => sum + idCount(range), 0n);
      expect(spanned).toBe(BigInt(list.length));
      expect(isContiguous(extentOf(list))).toBe(rangesOf(list).length <= 1);
    }),
  );
});
