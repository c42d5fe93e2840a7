import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cutter, OrderError } from '../../src/batch/cutter.js';
import { type Row, transactions } from './copy-stream.js';

const TUPLE_BYTES = 30;

function feed(rows: readonly Row[], limits: { boundaryId: bigint; maxBytes: number }, ended: boolean) {
  const cutter = new Cutter(limits);
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
});

function bytesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { event }) => sum + TUPLE_BYTES + event.length, 0);
}

/** What a batch should hold, said the slow way. */
function expectedTransactions(
  made: Row[][],
  { boundaryId, maxBytes }: { boundaryId: bigint; maxBytes: number },
): number {
  let fitting = 0;
  for (let count = 1; count <= made.length; count += 1) {
    const rows = made.slice(0, count).flat();
    if ((rows.at(-1)?.id ?? 0n) <= boundaryId && bytesOf(rows) <= maxBytes) fitting = count;
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
        else expect(cutter.cut).toEqual({ lastId: rows.at(-1)?.id, rows: rows.length, bytes: bytesOf(rows) });
      }),
    );
  });

  it('never cuts a transaction whose end it has not seen', () => {
    fc.assert(
      fc.property(transactions, limits, (made, limit) => {
        const ends = new Set(made.slice(0, -1).map((rows) => rows.at(-1)?.id));
        const { cut } = feed(made.flat(), limit, false);
        if (cut !== undefined) expect(ends).toContain(cut.lastId);
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
    expect(feed(rows, { boundaryId: 3n, maxBytes: 1e6 }, true).cut?.lastId).toBe(2n);
  });

  it('refuses ids that do not ascend', () => {
    const cutter = new Cutter({ boundaryId: 10n, maxBytes: 100 });
    cutter.add({ id: 2n, ts: 0n, start: 0, end: 1 });
    expect(() => cutter.add({ id: 2n, ts: 0n, start: 1, end: 2 })).toThrow(OrderError);
  });
});
