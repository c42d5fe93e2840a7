import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyFormatError, type Tuple, TupleWalker, tupleOf } from '../../src/events/tuple-walker.js';
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

  it('waits for the end of a header, however long its extension is', () => {
    const rows = [{ id: 1n, ts: 5n, event: Buffer.from('abc') }];
    const { walker, data } = walk(chunks(copyStream(rows, Buffer.alloc(100)), [40]));
    expect(walker.ended).toBe(true);
    expect(data).toEqual(tuples(rows));
  });

  it('hands out the bytes of whole chunks without a copy, and no parts without bytes', () => {
    const rows = [{ id: 1n, ts: 5n, event: Buffer.from('abc') }];
    for (const extension of [Buffer.alloc(0), Buffer.alloc(7)]) {
      const walker = new TupleWalker();
      const header = copyStream([], extension).subarray(0, -2);
      expect(walker.push(header, () => {})).toEqual([]);
      const chunk = tuples(rows);
      const [part, ...more] = walker.push(chunk, () => {});
      chunk.fill('z', 30);
      expect(part).toEqual(chunk);
      expect(more).toEqual([]);
      expect(walker.push(Buffer.from([0xff, 0xff]), () => {})).toEqual([]);
    }
  });

  it('reports a tuple as soon as its header is there', () => {
    const walker = new TupleWalker();
    const seen: Tuple[] = [];
    const stream = copyStream([{ id: 1n, ts: 5n, event: Buffer.from('abc') }]);
    walker.push(stream.subarray(0, 19 + 29), (tuple) => seen.push(tuple));
    expect(seen).toEqual([]);
    walker.push(stream.subarray(19 + 29, 19 + 30), (tuple) => seen.push(tuple));
    expect(seen).toEqual([{ id: 1n, ts: 5n, start: 0, eventStart: 30, end: 33 }]);
  });

  it('counts the tuples that it has seen, events without bytes among them', () => {
    const rows = [1n, 2n, 3n].map((id) => ({ id, ts: 5n, event: Buffer.alloc(id === 2n ? 9 : 0) }));
    for (const size of [1, 29, 30, 31, 1_000]) {
      expect(walk(chunks(copyStream(rows), [size])).walker).toMatchObject({ tuples: 3, ended: true });
    }
  });

  it('begins with a tuple where the header was taken off before', () => {
    const rows = [{ id: 1n, ts: 5n, event: Buffer.from('abc') }];
    const seen: Tuple[] = [];
    TupleWalker.inTuples().push(tuples(rows), (tuple) => seen.push(tuple));
    expect(seen).toEqual([{ id: 1n, ts: 5n, start: 0, eventStart: 30, end: 33 }]);
  });

  it('makes a tuple as the server does', () => {
    const rows = [{ id: -2n, ts: 2n ** 60n, event: Buffer.from('abc') }];
    const fields = Buffer.alloc(16);
    fields.writeBigInt64BE(-2n, 0);
    fields.writeBigInt64BE(2n ** 60n, 8);
    expect(tupleOf(Buffer.concat([fields, Buffer.from('abc')]))).toEqual(tuples(rows));
  });

  it('refuses a stream that is not binary COPY', () => {
    expect(() => walk([Buffer.from('1\t2020-01-01\t{"a": 1}\n'.repeat(3))])).toThrow(
      new CopyFormatError('The server did not send a binary COPY stream.'),
    );
  });

  const ANOTHER_ROW = new CopyFormatError(
    'The server sent a row that is not (bigint, timestamptz, jsonb), or holds NULL.',
  );

  it.each([
    ['more fields', (header: Buffer) => header.writeInt16BE(4, 0)],
    ['fewer fields', (header: Buffer) => header.writeInt16BE(2, 0)],
    ['an id of 4 bytes', (header: Buffer) => header.writeInt32BE(4, 2)],
    ['no id', (header: Buffer) => header.writeInt32BE(-1, 2)],
    ['a ts of 4 bytes', (header: Buffer) => header.writeInt32BE(4, 14)],
    ['no ts', (header: Buffer) => header.writeInt32BE(-1, 14)],
    ['no event', (header: Buffer) => header.writeInt32BE(-1, 26)],
  ])('refuses a row with %s', (_, damage) => {
    const stream = copyStream([{ id: 1n, ts: 5n, event: Buffer.from('abc') }]);
    damage(stream.subarray(19));
    expect(() => walk([stream])).toThrow(ANOTHER_ROW);
    expect(ANOTHER_ROW.name).toBe('CopyFormatError');
  });

  it('refuses bytes behind the end', () => {
    const behind = new CopyFormatError('The server sent bytes after the end of the COPY stream.');
    expect(() => walk([copyStream([]), Buffer.from([1])])).toThrow(behind);
    expect(() => walk([Buffer.concat([copyStream([]), Buffer.from([1])])])).toThrow(behind);
  });
});
