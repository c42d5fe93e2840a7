import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEFORE_ALL_IDS } from '../../src/events/id-range.js';
import { Cutter, OrderError } from '../../src/source/cutter.js';
import { type Row, transactions } from '../support/copy-stream.js';

const TUPLE_BYTES = 30;

interface Limits {
  readonly boundaryId: bigint;
  readonly maxBytes: number;
  readonly maxRows?: number;
  readonly settledId?: bigint;
}

const ALL_SETTLED = 2n ** 63n - 1n;
const ROOMY = { boundaryId: 1_000n, maxBytes: 1e6 };

/** A row of one byte. */
function row(id: bigint, ts = 0n): Row {
  return { id, ts, event: new Uint8Array(1) };
}

/** Rows that are a transaction each. */
function oneByOne(...ids: bigint[]): Row[] {
  return ids.map((id) => row(id, id));
}

function feed(rows: readonly Row[], limits: Limits, ended: boolean, after = 0n) {
  const cutter = new Cutter(after, { maxRows: 1e6, settledId: ALL_SETTLED, ...limits });
  let start = 0;
  for (const { id, ts, event } of rows) {
    const end = start + TUPLE_BYTES + event.length;
    cutter.add({ id, ts, start, end });
    start = end;
  }
  if (ended) cutter.end();
  return cutter;
}

const limits = fc.record({
  boundaryId: fc.bigInt({ min: 1n, max: 80n }),
  maxBytes: fc.integer({ min: 1, max: 4000 }),
  maxRows: fc.integer({ min: 1, max: 60 }),
});

function bytesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { event }) => sum + TUPLE_BYTES + event.length, 0);
}

/** What a batch should hold, said the slow way. */
function expectedTransactions(made: Row[][], { boundaryId, maxBytes, maxRows = 1e6 }: Limits): number {
  let fitting = 0;
  for (let count = 1; count <= made.length; count += 1) {
    const rows = made.slice(0, count).flat();
    if ((rows.at(-1)?.id ?? 0n) <= boundaryId && bytesOf(rows) <= maxBytes && rows.length <= maxRows)
      fitting = count;
  }
  return Math.max(fitting, made.length > 0 ? 1 : 0);
}

describe('the cutter', () => {
  it('cuts at the last transaction end within the limits, or at the end of a first transaction that exceeds them', () => {
    fc.assert(
      fc.property(transactions, limits, (made, limit) => {
        const rows = made.slice(0, expectedTransactions(made, limit)).flat();
        const cutter = feed(made.flat(), limit, true);
        if (rows.length === 0) expect(cutter.cut).toBeUndefined();
        else
          expect(cutter.cut).toMatchObject({
            last: { id: rows.at(-1)?.id, end: bytesOf(rows) },
            rows: rows.length,
          });
      }),
    );
  });

  it('never cuts a transaction whose end it has not seen', () => {
    fc.assert(
      fc.property(transactions, limits, (made, limit) => {
        const ends = new Set(made.slice(0, -1).map((rows) => rows.at(-1)?.id));
        const { cut } = feed(made.flat(), limit, false);
        if (cut !== undefined) expect(ends).toContain(cut.last.id);
      }),
    );
  });

  it('says when more rows cannot move the cut', () => {
    fc.assert(
      fc.property(transactions, limits, (made, limit) => {
        const rows = made.flat();
        for (let count = 0; count <= rows.length; count += 1) {
          const partial = feed(rows.slice(0, count), limit, false);
          if (partial.settled) expect(feed(rows, limit, true).cut).toEqual(partial.cut);
        }
      }),
    );
  });

  it('keeps rows of one ts together although ts goes down while id goes up', () => {
    const rows = [row(1n, 9n), row(2n, 9n), row(3n, -4n), row(4n, -4n)];
    expect(feed(rows, { boundaryId: 3n, maxBytes: 1e6 }, true).cut?.last.id).toBe(2n);
  });

  it('refuses ids that do not ascend', () => {
    expect(() => feed([row(2n), row(2n)], ROOMY, true)).toThrow(OrderError);
    expect(() => feed([row(0n)], ROOMY, true)).toThrow(OrderError);
    expect(() => feed([row(7n), row(5n)], ROOMY, true)).toThrow(
      expect.objectContaining({ name: 'OrderError', message: 'Event 5 came after event 7.' }),
    );
  });

  it('still takes what reaches a limit exactly', () => {
    const rows = oneByOne(1n, 2n, 3n, 4n);
    const two = { last: { id: 2n }, rows: 2 };
    expect(feed(rows, { ...ROOMY, boundaryId: 2n }, true).cut).toMatchObject(two);
    expect(feed(rows, { ...ROOMY, maxBytes: 2 * (TUPLE_BYTES + 1) }, true).cut).toMatchObject(two);
    expect(feed(rows, { ...ROOMY, maxRows: 2 }, true).cut).toMatchObject(two);
  });

  it('needs no more rows as soon as a transaction has ended beyond a limit', () => {
    const rows = oneByOne(1n, 2n, 3n, 4n);
    const settled = [1, 2, 3, 4].map((count) =>
      feed(rows.slice(0, count), { ...ROOMY, boundaryId: 2n }, false),
    );
    expect(settled.map((cutter) => cutter.settled)).toEqual([false, false, false, true]);
  });

  it('tells how far the rows go that it has taken', () => {
    expect(feed([], ROOMY, true)).toMatchObject({ rows: 0, last: undefined });
    expect(feed(oneByOne(1n, 2n), ROOMY, true)).toMatchObject({ rows: 2, last: { id: 2n } });
    expect(feed(oneByOne(1n, 2n, 4n), { ...ROOMY, settledId: 2n }, true)).toMatchObject({
      rows: 2,
      last: { id: 2n },
    });
  });
});

describe('8 settled: the cutter', () => {
  const settledLimits = fc.record({ limit: limits, settledId: fc.bigInt({ min: -1n, max: 80n }) });

  /** The last id before the first hole that may still be filled. */
  function lastBeforeOpenHole(rows: readonly Row[], settledId: bigint): bigint {
    let last = 0n;
    for (const { id } of rows) {
      if (id !== last + 1n && id - 1n > settledId) return last;
      last = id;
    }
    return last;
  }

  it('takes nothing behind a hole that may still be filled, and no part of a transaction that spans it', () => {
    fc.assert(
      fc.property(transactions, settledLimits, (made, { limit, settledId }) => {
        const cutter = feed(made.flat(), { ...limit, settledId }, true);
        const open = lastBeforeOpenHole(made.flat(), settledId);
        const ends = new Set(made.map((rows) => rows.at(-1)?.id));
        if (cutter.cut !== undefined) {
          expect(cutter.cut.last.id <= open).toBe(true);
          expect(ends).toContain(cutter.cut.last.id);
        }
        expect(cutter.isBlocked).toBe(open !== (made.flat().at(-1)?.id ?? 0n));
      }),
    );
  });

  it('does not cut a transaction in two where the hole is inside it', () => {
    const rows = [row(1n, 1n), row(2n, 2n), row(4n, 2n), row(5n, 3n)];
    const cutter = feed(rows, { ...ROOMY, settledId: 0n }, true);
    expect(cutter.cut?.last.id).toBe(1n);
    expect(cutter.isBlocked).toBe(true);
  });

  it('does not take the end of a transaction from behind a second hole', () => {
    const rows = [row(1n, 1n), row(3n, 1n), row(5n, 2n)];
    const cutter = feed(rows, { ...ROOMY, settledId: 0n }, true);
    expect(cutter.cut).toBeUndefined();
    expect(cutter.settled).toBe(true);
  });

  it('takes the transaction that ends where such a hole begins', () => {
    for (const ended of [false, true]) {
      expect(feed(oneByOne(1n, 2n, 4n), { ...ROOMY, settledId: 0n }, ended).cut?.last.id).toBe(2n);
    }
  });

  it('waits for the hole before the first row, too', () => {
    for (const after of [-5n, 0n, BEFORE_ALL_IDS]) {
      const cutter = feed(oneByOne(3n), { ...ROOMY, settledId: 1n }, true, after);
      expect(cutter).toMatchObject({ cut: undefined, isBlocked: true });
    }
  });

  it('sees no hole before a table that begins with 1', () => {
    const cutter = feed(oneByOne(1n, 2n), { ...ROOMY, settledId: BEFORE_ALL_IDS }, true, BEFORE_ALL_IDS);
    expect(cutter).toMatchObject({ cut: { last: { id: 2n } }, isBlocked: false, holes: [] });
  });

  it('sees a hole before 1 where a row with a lower id, or a row that is not the first, came before', () => {
    const limit = { ...ROOMY, settledId: -4n };
    expect(feed(oneByOne(1n), limit, true, -3n).isBlocked).toBe(true);
    const cutter = feed(oneByOne(-3n, 1n), limit, true, BEFORE_ALL_IDS);
    expect(cutter).toMatchObject({ cut: { last: { id: -3n } }, isBlocked: true });
  });

  it('names the holes that it passed', () => {
    const cutter = feed(oneByOne(3n, 4n, 7n), { ...ROOMY, settledId: 6n }, true);
    expect(cutter.holes).toEqual([
      { from: 1n, to: 2n },
      { from: 5n, to: 6n },
    ]);
    expect(cutter.cut?.last.id).toBe(7n);
  });
});
