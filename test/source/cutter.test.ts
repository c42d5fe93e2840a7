import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

function feed(rows: readonly Row[], limits: Limits, ended: boolean) {
  const cutter = new Cutter(0n, { maxRows: 1e6, settledId: ALL_SETTLED, ...limits });
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
    const row = (id: bigint, ts: bigint): Row => ({ id, ts, event: new Uint8Array(1) });
    const rows = [row(1n, 9n), row(2n, 9n), row(3n, -4n), row(4n, -4n)];
    expect(feed(rows, { boundaryId: 3n, maxBytes: 1e6 }, true).cut?.last.id).toBe(2n);
  });

  it('refuses ids that do not ascend', () => {
    const row = (id: bigint): Row => ({ id, ts: 0n, event: new Uint8Array(1) });
    expect(() => feed([row(2n), row(2n)], { boundaryId: 10n, maxBytes: 100 }, true)).toThrow(OrderError);
    expect(() => feed([row(0n)], { boundaryId: 10n, maxBytes: 100 }, true)).toThrow(OrderError);
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
    const row = (id: bigint, ts: bigint): Row => ({ id, ts, event: new Uint8Array(1) });
    const rows = [row(1n, 1n), row(2n, 2n), row(4n, 2n), row(5n, 3n)];
    const cutter = feed(rows, { boundaryId: 100n, maxBytes: 1e6, settledId: 0n }, true);
    expect(cutter.cut?.last.id).toBe(1n);
    expect(cutter.isBlocked).toBe(true);
  });

  it('names the holes that it passed', () => {
    const row = (id: bigint): Row => ({ id, ts: id, event: new Uint8Array(1) });
    const rows = [row(3n), row(4n), row(7n)];
    const cutter = feed(rows, { boundaryId: 100n, maxBytes: 1e6, settledId: 6n }, true);
    expect(cutter.holes).toEqual([
      { from: 1n, to: 2n },
      { from: 5n, to: 6n },
    ]);
    expect(cutter.cut?.last.id).toBe(7n);
  });
});
