// @ts-nocheck
import { TUPLE_HEADER_BYTES, type Tuple, TupleWalker } from '../../events/tuple-walker.js';
import type { Connection } from '../../pg/connection.js';
import { copyOut } from '../../pg/copy-out.js';

/** Events as the bytes of COPY (binary). They were not parsed, so nothing of them can have changed. */
export interface EventRows {
  /** The tuples, one after the other. */
  readonly bytes: Buffer;
  /** Positions of the tuples in `bytes`. */
  readonly tuples: readonly Tuple[];
}

/**
 * Reads the result of `COPY (SELECT id, ts, event …) TO STDOUT (FORMAT binary)` into memory.
 * @throws the error of the driver, or CopyFormatError.
 */
export async function copyRows(connection: Connection, sql: string): Promise<EventRows> {
  const walker = new TupleWalker();
  const parts: Buffer[] = [];
  const tuples: Tuple[] = [];
  const rows = await copyOut(connection, sql, (chunk) => {
    parts.push(...walker.push(chunk, (tuple) => tuples.push(tuple)));
    return true;
  });
  if (rows !== tuples.length)
    throw new Error(`Database ${connection.where} reports ${rows} rows, but ${tuples.length} arrived.`);
  return { bytes: Buffer.concat(parts), tuples };
}

/**
 * The three columns of events as binary arrays: parameters of the types `bigint[]`, `timestamptz[]` and
 * `jsonb[]`.
 */
export function columnArrays({ bytes, tuples }: EventRows): [ids: Buffer, ts: Buffer, events: Buffer] {
  const column = (oid: number, from: number, to?: number) =>
    binaryArray(
      oid,
      tuples.map(({ start, end }) => bytes.subarray(start + from, to === undefined ? end : start + to)),
    );
  return [column(INT8_OID, 6, 14), column(TIMESTAMPTZ_OID, 18, 26), column(JSONB_OID, TUPLE_HEADER_BYTES)];
}

/** The oids of built-in types are the same in all majors. */
const INT8_OID = 20;
const TIMESTAMPTZ_OID = 1184;
const JSONB_OID = 3802;

const INT32_BYTES = 4;

/**
 * A binary array with one dimension, no nulls and 1 as its first index. Layout: number of dimensions, flags,
 * oid of the elements, length and lower bound, then length and bytes of each element (array_recv in
 * arrayfuncs.c).
 */
function binaryArray(elementOid: number, elements: readonly Buffer[]): Buffer {
  const int32s = (...values: readonly number[]) => {
    const buffer = Buffer.allocUnsafe(values.length * INT32_BYTES);
    for (const [index, value] of values.entries()) buffer.writeInt32BE(value, index * INT32_BYTES);
    return buffer;
  };
  const withLengths = elements.flatMap((element) => [int32s(element.length), element]);
  return Buffer.concat([int32s(1, 0, elementOid, elements.length, 1), ...withLengths]);
}
