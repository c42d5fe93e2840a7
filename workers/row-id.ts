import { TupleWalker } from '../src/events/tuple-walker.js';
import { type SlabBytes, viewSlabs } from '../src/threads/slabs.js';

/**
 * Id of one event of a batch.
 * @param row its place in the batch, from 1 on.
 * @returns undefined when there is none.
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
