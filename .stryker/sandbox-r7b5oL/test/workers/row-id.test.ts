// @ts-nocheck
import { expect, test } from 'vitest';
import { tupleOf } from '../../src/events/tuple-walker.js';
import { SLAB_BYTES, SlabPool, SlabWriter } from '../../src/threads/slabs.js';
import { idOfRow } from '../../workers/row-id.js';

/** Bytes of events with these ids, long enough to fill several slabs and to cross their ends. */
function contentOf(ids: readonly bigint[]) {
  const writer = new SlabWriter(new SlabPool());
  for (const id of ids) {
    const fields = Buffer.alloc(16 + SLAB_BYTES / 3);
    fields.writeBigInt64BE(id);
    writer.append(tupleOf(fields));
  }
  return writer.split(writer.bytes).head;
}

const IDS = [7n, 8n, 12n, 13n, 14n, 900n, 901n];

test.each(IDS.map((id, index) => [index + 1, id] as const))('row %d of a batch is event %d', (row, id) => {
  expect(idOfRow(contentOf(IDS), row)).toBe(id);
});

test('a row that a batch does not have is no event', () => {
  expect(idOfRow(contentOf(IDS), IDS.length + 1)).toBeUndefined();
});
