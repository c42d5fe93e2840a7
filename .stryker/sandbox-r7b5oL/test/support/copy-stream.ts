// @ts-nocheck
import fc from 'fast-check';
import { COPY_SIGNATURE } from '../../src/pg/copy-format.js';

/** A row as the tests make it up. */
export interface Row {
  readonly id: bigint;
  readonly ts: bigint;
  readonly event: Uint8Array;
}

/** Encodes rows as `COPY … TO STDOUT (FORMAT binary)` does. */
export function copyStream(rows: readonly Row[], headerExtension = Buffer.alloc(0)): Buffer {
  const extensionLength = Buffer.alloc(4);
  extensionLength.writeInt32BE(headerExtension.length);
  const trailer = Buffer.from([0xff, 0xff]);
  return Buffer.concat([
    COPY_SIGNATURE,
    Buffer.alloc(4),
    extensionLength,
    headerExtension,
    tuples(rows),
    trailer,
  ]);
}

/** The tuples alone. */
export function tuples(rows: readonly Row[]): Buffer {
  return Buffer.concat(rows.map(tuple));
}

function tuple({ id, ts, event }: Row): Buffer {
  const header = Buffer.alloc(30);
  header.writeInt16BE(3, 0);
  header.writeInt32BE(8, 2);
  header.writeBigInt64BE(id, 6);
  header.writeInt32BE(8, 14);
  header.writeBigInt64BE(ts, 18);
  header.writeInt32BE(event.length, 26);
  return Buffer.concat([header, event]);
}

/** Transactions as lists of rows: ids ascend (with holes now and then), `ts` is the same within each and goes anywhere between them. */
export const transactions: fc.Arbitrary<Row[][]> = fc
  .array(
    fc.record({
      ts: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      events: fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 12 }),
      hole: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 12 },
  )
  .map((drafts) => {
    let id = 0n;
    return drafts
      .filter((draft, index) => draft.ts !== drafts[index - 1]?.ts)
      .map(({ ts, events, hole }) => {
        id += BigInt(hole);
        return events.map((event) => {
          id += 1n;
          return { id, ts, event };
        });
      });
  })
  .filter((made) => made.every((rows, index) => rows[0]?.ts !== made[index - 1]?.[0]?.ts));

/** Cuts bytes into chunks of the given sizes, again and again. */
export function chunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}
