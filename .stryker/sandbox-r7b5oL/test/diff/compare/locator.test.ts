// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DifferenceLog, type Segment } from '../../../src/diff/compare/difference.js';
import { Locator } from '../../../src/diff/compare/locator.js';
import type { RangeDigest, RangeReader, RowDigest } from '../../../src/diff/tables/range-digest.js';
import type { IdRange } from '../../../src/events/id-range.js';

const MODULUS = (1n << 61n) - 1n;

/** A table as far as comparing goes; counts the events that were fetched one by one. */
class Rows implements RangeReader {
  fetched = 0;
  constructor(readonly all: readonly RowDigest[]) {}

  async digest(range: IdRange): Promise<RangeDigest> {
    const found = this.#within(range);
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) return { count: 0n, sum: '0' };
    const sum = found.reduce((total, row) => total + digestOf(row), 0n);
    return { count: BigInt(found.length), ids: { from: first.id, to: last.id }, sum: String(sum) };
  }

  async rows(range: IdRange): Promise<RowDigest[]> {
    const found = this.#within(range);
    this.fetched += found.length;
    return found;
  }

  #within({ from, to }: IdRange): RowDigest[] {
    return this.all.slice(this.#firstFrom(from), this.#firstFrom(to + 1n));
  }

  /** Where the first event stands whose id is not below this one. */
  #firstFrom(id: bigint): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.id ?? id) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const digests = new WeakMap<RowDigest, bigint>();

/** Mixes what a row holds, so that no sum of a few of them is that of others. */
function digestOf(row: RowDigest): bigint {
  const known = digests.get(row);
  if (known !== undefined) return known;
  const mixed =
    (row.id * 0x9e3779b97f4a7c15n) ^ (row.ts * 0xbf58476d1ce4e5b9n) ^ (row.event * 0x94d049bb133111ebn);
  const digest = mixed ** 3n % MODULUS;
  digests.set(row, digest);
  return digest;
}

type Change = 'drop' | 'ts' | 'truncate' | 'event' | 'both' | 'add';

const EVENTS = 20_000;
/** Every third id is not used, so that an event can be added in between. */
const row = (n: number): RowDigest => ({
  id: BigInt(n + Math.floor(n / 2)),
  ts: BigInt(n * 1000 + 7),
  event: BigInt(n),
});
const base = Array.from({ length: EVENTS }, (_, n) => row(n));

function changed(original: RowDigest, change: Change | undefined): RowDigest[] {
  const { id, ts, event } = original;
  switch (change) {
    case undefined:
      return [original];
    case 'drop':
      return [];
    case 'ts':
      return [{ id, ts: ts + 1n, event }];
    case 'truncate':
      return [{ id, ts: ts - 7n, event }];
    case 'event':
      return [{ id, ts, event: -event - 1n }];
    case 'both':
      return [{ id, ts: ts + 1n, event: -event - 1n }];
    case 'add':
      return id % 3n === 1n ? [original, { id: id + 1n, ts, event }] : [original];
  }
}

const KIND_OF = {
  drop: 'missingRight',
  ts: 'ts',
  truncate: 'tsTruncated',
  event: 'event',
  both: 'tsAndEvent',
  add: 'missingLeft',
} as const;

type Found = [id: bigint, kind: Segment['kind']];

/** What is to be found of a change of the event with that id; one cannot be added where the next id is used. */
function expectedOf(id: bigint, change: Change): Found[] {
  if (change !== 'add') return [[id, KIND_OF[change]]];
  return id % 3n === 1n ? [[id + 1n, KIND_OF.add]] : [];
}

async function locate(left: Rows, right: Rows): Promise<{ segments: Segment[]; log: DifferenceLog }> {
  const everything = { from: -10n, to: 10n ** 9n };
  const pair = { left: await left.digest(everything), right: await right.digest(everything) };
  const segments: Segment[] = [];
  const log = new DifferenceLog();
  for await (const segment of new Locator(left, right).locate(pair)) {
    segments.push(segment);
    log.add(segment);
  }
  return { segments, log };
}

describe('narrowing a range that differs', () => {
  const changes = fc.dictionary(
    fc.nat(EVENTS - 1).map(String),
    fc.constantFrom<Change>('drop', 'ts', 'truncate', 'event', 'both', 'add'),
    { maxKeys: 12 },
  );

  test('finds every change with its kind and nothing else, and accounts for every event', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (byIndex) => {
        const [left, right] = [
          new Rows(base),
          new Rows(base.flatMap((each, n) => changed(each, byIndex[n]))),
        ];
        const { segments, log } = await locate(left, right);
        const expected = Object.entries(byIndex).flatMap(([n, change]) =>
          expectedOf(row(Number(n)).id, change),
        );
        const found = segments
          .filter(({ kind }) => kind !== 'equal')
          .map(({ from, kind }): Found => [from, kind]);
        expect(new Map(found)).toEqual(new Map(expected));
        expect(log.total).toBe(BigInt(expected.length));
        expect(log.events).toEqual({ left: BigInt(EVENTS), right: BigInt(right.all.length) });
        for (const [index, { from }] of segments.slice(1).entries())
          expect(from > (segments[index]?.to ?? 0n)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  test('fetches only a small part of a table for one difference', async () => {
    const [left, right] = [
      new Rows(base),
      new Rows(base.flatMap((each, n) => changed(each, n === 13_000 ? 'ts' : undefined))),
    ];
    const { log } = await locate(left, right);
    expect(log.ranges).toEqual([{ kind: 'ts', from: row(13_000).id, to: row(13_000).id, count: 1n }]);
    expect(left.fetched).toBeLessThan(EVENTS / 4);
  });

  test('says of a whole missing range that it is missing without fetching it', async () => {
    const [left, right] = [new Rows(base), new Rows([])];
    const { log } = await locate(left, right);
    expect(log.counts.missingRight).toBe(BigInt(EVENTS));
    expect(left.fetched).toBe(0);
  });
});

describe('what was found', () => {
  const kinds = fc.constantFrom<Segment['kind']>('equal', 'ts', 'event', 'missingLeft', 'missingRight');

  test('is told in as few ranges as there are runs of the same kind, and no event is lost', () => {
    fc.assert(
      fc.property(fc.array(kinds), (list) => {
        const log = new DifferenceLog();
        for (const [n, kind] of list.entries()) log.add({ kind, from: BigInt(n), to: BigInt(n), count: 1n });
        const runs = list.filter((kind, n) => kind !== 'equal' && kind !== list[n - 1]);
        expect(log.ranges.map(({ kind }) => kind)).toEqual(runs);
        const told = log.ranges.reduce((sum, { count }) => sum + count, 0n);
        expect(told).toBe(log.total);
        expect(told).toBe(BigInt(list.filter((kind) => kind !== 'equal').length));
      }),
    );
  });
});
