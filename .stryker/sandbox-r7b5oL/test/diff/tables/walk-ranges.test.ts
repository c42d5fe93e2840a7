// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begun, mapAhead } from '../../../src/diff/compare/ahead.js';
import { lookAhead } from '../../../src/diff/compare/look-ahead.js';
import { smaller } from '../../../src/diff/tables/cut-ids.js';
import type { DigestedRange } from '../../../src/diff/tables/digest-series.js';
import { type WalkReader, walkRanges } from '../../../src/diff/tables/walk-ranges.js';
import type { IdRange } from '../../../src/events/id-range.js';

/**
 * What may become of a question: `cancelled` by the server, after which a walk is begun with fewer events, behind what is under
 * way; `forgotten` when the session was replaced before it.
 */
type Fate = 'answered' | 'cancelled' | 'forgotten';

/** A table of dense ids, in a session that takes one question after the other, however many are under way. */
class DenseIds implements WalkReader {
  eventsPerRead = 64n;
  mostUnderWay = 0;
  #underWay = 0;
  #remembered: bigint | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #fates: Iterator<Fate>;

  constructor(fates: readonly Fate[]) {
    this.#fates = fates.values();
  }

  async beginWalk({ from, to }: IdRange): Promise<DigestedRange> {
    for (;;) {
      const digested = await this.#inTurn(() =>
        this.#nextFate() === 'cancelled' ? undefined : this.#digest(from, to),
      );
      if (digested !== undefined) return digested;
      this.eventsPerRead = this.eventsPerRead / 4n || 1n;
    }
  }

  continueWalk(to: bigint): Promise<DigestedRange | undefined> {
    return this.#inTurn(() => {
      const fate = this.#nextFate();
      if (fate === 'forgotten') this.#remembered = undefined;
      if (fate === 'cancelled' || this.#remembered === undefined) return undefined;
      return this.#digest(this.#remembered + 1n, to);
    });
  }

  #nextFate(): Fate {
    return this.#fates.next().value ?? 'answered';
  }

  #digest(from: bigint, to: bigint): DigestedRange {
    const range = { from, to: smaller(from + this.eventsPerRead - 1n, to) };
    this.#remembered = range.to;
    return { range, digest: { count: range.to - from + 1n, sum: '0' } };
  }

  #inTurn<T>(answer: () => T): Promise<T> {
    this.#underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay);
    const answered = this.#turn.then(() => {
      this.#underWay -= 1;
      return answer();
    });
    this.#turn = answered;
    return answered;
  }
}

async function walk(table: DenseIds, ids: IdRange, ahead: number): Promise<IdRange[]> {
  const ranges: IdRange[] = [];
  for await (const { range } of walkRanges(table, ids, ahead)) ranges.push(range);
  return ranges;
}

describe('walking through a table with several questions under way', () => {
  test('comes by every id once and in order, whichever questions fail or are forgotten', async () => {
    const fates = fc.array(fc.constantFrom<Fate>('answered', 'answered', 'cancelled', 'forgotten'));
    await fc.assert(
      fc.asyncProperty(fates, fc.bigInt(1n, 1_000n), fc.nat(8), async (list, to, ahead) => {
        const ranges = await walk(new DenseIds(list), { from: 1n, to }, ahead);
        expect(ranges[0]?.from).toBe(1n);
        for (const [n, range] of ranges.entries()) expect(range.to + 1n).toBe(ranges[n + 1]?.from ?? to + 1n);
      }),
      { numRuns: 1_000 },
    );
  });

  test('asks for no more than the ids can hold', async () => {
    const table = new DenseIds([]);
    await walk(table, { from: 1n, to: 150n }, 100);
    expect(table.mostUnderWay).toBe(3);
  });
});

describe('what is asked ahead', () => {
  test('comes in its own order, so many at a time, and an error comes in its turn', async () => {
    const begunItems: number[] = [];
    const seen: number[] = [];
    const items = mapAhead([0, 1, 2, 3, 4], 2, async (item) => {
      begunItems.push(item);
      if (item === 3) throw new Error('the fourth');
      return item;
    });
    await expect(
      (async () => {
        for await (const item of items) {
          seen.push(item);
          expect(begunItems.length).toBeLessThanOrEqual(item + 3);
        }
      })(),
    ).rejects.toThrow('the fourth');
    expect(seen).toEqual([0, 1, 2]);
  });

  test('is begun before anybody asks for it', async () => {
    let isBegun = false;
    const items = begun(
      (async function* () {
        isBegun = true;
        yield 1;
        yield 2;
      })(),
    );
    expect(isBegun).toBe(true);
    const seen: number[] = [];
    for await (const item of items) seen.push(item);
    expect(seen).toEqual([1, 2]);
  });

  test('is more on a longer way and of fewer events at a time, and never without a limit', () => {
    expect(lookAhead(0.2, 50_000n)).toBe(5);
    expect(lookAhead(200, 50_000n)).toBe(8);
    expect(lookAhead(80, 5_000n)).toBe(20);
    expect(lookAhead(Number.POSITIVE_INFINITY, 1_000n)).toBe(64);
  });
});
