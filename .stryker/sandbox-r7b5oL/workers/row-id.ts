// @ts-nocheck
import { TupleWalker } from '../src/events/tuple-walker.js';
import { type SlabBytes, viewSlabs } from '../src/threads/slabs.js';

/**
 * Id of one event of a batch.
 * @param row place of the event in the batch, counted from 1.
 * @returns undefined if the batch has no such row.
 */
export function idOfRow(content: SlabBytes, row: number): bigint | undefined {
  const walker = TupleWalker.inTuples();
  let rows = 0;
  let found: bigint | undefined;
  for (const view of viewSlabs(content)) {
    walker.push(Buffer.from(view.buffer, view.byteOffset, view.byteLength), ({ id }) => {
      rows += 1;
      if (rows === row) found = id;
    });
    if (found !== undefined) break;
  }
  return found;
}
