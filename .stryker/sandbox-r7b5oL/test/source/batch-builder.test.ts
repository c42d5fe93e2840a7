// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TupleWalker } from '../../src/events/tuple-walker.js';
import { BatchBuilder } from '../../src/source/batch-builder.js';
import { SLAB_BYTES, SlabPool, SlabWriter, viewSlabs } from '../../src/threads/slabs.js';
import { chunks, copyStream, type Row, transactions, tuples } from '../support/copy-stream.js';

function bytesOf(content: Parameters<typeof viewSlabs>[0]): Buffer {
  return Buffer.concat(viewSlabs(content));
}

/** Cuts everything into batches as the reader does: what a cut leaves begins the next batch. */
function batchesOf(rows: readonly Row[], limits: { step: bigint; maxBytes: number }, pool: SlabPool) {
  const batches = [];
  let carried: SlabWriter | undefined;
  let after = 0n;
  let unread = [...rows];
  while (unread.length > 0 || (carried?.bytes ?? 0) > 0) {
    const builder = new BatchBuilder(pool, after, {
      boundaryId: after + limits.step,
      maxBytes: limits.maxBytes,
      maxRows: 1e6,
      settledId: 2n ** 63n - 1n,
    });
    if (carried !== undefined) builder.addCarried(carried);
    const feed = builder.feeder(new TupleWalker());
    for (const chunk of chunks(copyStream(unread), [37, 5])) feed(chunk);
    builder.end();
    unread = [];
    if (builder.cut === undefined) break;
    const { batch, rest } = builder.build(builder.cut, { predecessor: undefined, reachedEnd: true });
    batches.push(batch);
    carried = rest;
    after = batch.lastId;
  }
  return batches;
}

describe('the batch builder', () => {
  it('loses, doubles and reorders nothing when rows are carried from one batch to the next', () => {
    const step = fc.bigInt({ min: 1n, max: 20n });
    fc.assert(
      fc.property(transactions, step, fc.integer({ min: 1, max: 500 }), (made, idStep, maxBytes) => {
        const pool = new SlabPool();
        const rows = made.flat();
        const batches = batchesOf(rows, { step: idStep, maxBytes }, pool);
        expect(Buffer.concat(batches.map(({ content }) => bytesOf(content)))).toEqual(tuples(rows));
        const ends = made.map((transaction) => transaction.at(-1)?.id);
        for (const { lastId } of batches) expect(ends).toContain(lastId);
        for (const { content } of batches) pool.giveBack(content.slabs);
        expect(pool.takenBytes).toBe(0);
      }),
    );
  });

  it('keeps bytes across the borders of slabs', () => {
    const pool = new SlabPool();
    const writer = new SlabWriter(pool);
    const bytes = Buffer.from(Array.from({ length: 3 * SLAB_BYTES + 17 }, (_, index) => index % 251));
    for (const part of chunks(bytes, [SLAB_BYTES - 1, 70_001])) writer.append(part);
    for (const at of [0, 1, SLAB_BYTES, SLAB_BYTES + 1, bytes.length]) {
      const copy = new SlabWriter(pool);
      copy.append(bytes);
      const { head, tail } = copy.split(at);
      expect(bytesOf(head).equals(bytes.subarray(0, at))).toBe(true);
      expect(Buffer.concat(tail.views()).equals(bytes.subarray(at))).toBe(true);
    }
    expect(Buffer.concat(writer.views()).equals(bytes)).toBe(true);
  });
});
