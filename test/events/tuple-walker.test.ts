import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyFormatError, type Tuple, TupleWalker } from '../../src/events/tuple-walker.js';
import { chunks, copyStream, transactions, tuples } from '../support/copy-stream.js';

function walk(parts: readonly Buffer[]) {
  const walker = new TupleWalker();
  const seen: Tuple[] = [];
  const data: Buffer[] = [];
  for (const part of parts)
    data.push(...walker.push(part, (tuple) => seen.push(tuple)).map((view) => Buffer.from(view)));
  return { walker, seen, data: Buffer.concat(data) };
}

describe('the tuple walker', () => {
  it('finds every id, ts and offset and keeps every byte, whatever the chunks', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(transactions, sizes, fc.uint8Array({ maxLength: 40 }), (made, chunkSizes, extension) => {
        const rows = made.flat();
        const { walker, seen, data } = walk(chunks(copyStream(rows, Buffer.from(extension)), chunkSizes));
        expect(walker.ended).toBe(true);
        expect(data).toEqual(tuples(rows));
        expect(seen.map(({ id, ts }) => ({ id, ts }))).toEqual(rows.map(({ id, ts }) => ({ id, ts })));
        for (const [index, { start, end }] of seen.entries()) {
          expect(data.subarray(start, end)).toEqual(tuples(rows.slice(index, index + 1)));
        }
      }),
    );
  });

  it('does not call a stream ended that broke off', () => {
    const whole = copyStream([{ id: 1n, ts: 5n, event: Buffer.from('abc') }]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(walk([whole.subarray(0, length)]).walker.ended).toBe(false);
    }
  });

  it('refuses a stream that is not binary COPY', () => {
    expect(() => walk([Buffer.from('1\t2020-01-01\t{"a": 1}\n'.repeat(3))])).toThrow(CopyFormatError);
  });

  it('refuses rows of another shape', () => {
    const stream = copyStream([{ id: 1n, ts: 5n, event: Buffer.from('abc') }]);
    stream.writeInt16BE(2, 19);
    expect(() => walk([stream])).toThrow(CopyFormatError);
  });

  it('refuses NULL', () => {
    const stream = copyStream([{ id: 1n, ts: 5n, event: Buffer.alloc(0) }]);
    stream.writeInt32BE(-1, 19 + 26);
    expect(() => walk([stream])).toThrow(CopyFormatError);
  });

  it('refuses bytes behind the end', () => {
    expect(() => walk([copyStream([]), Buffer.from([1])])).toThrow(CopyFormatError);
  });
});
