/**
 * Walks a stream of `COPY (SELECT id, ts, event …) TO STDOUT (FORMAT binary)` and reports the place, `id` and
 * `ts` of every tuple. The chunks of the stream may end anywhere. The walker reads 30 bytes per event, never
 * the event itself.
 *
 * Layout (PostgreSQL manual, "COPY", Binary Format): 11-byte signature, int32 flags, int32 length of a header
 * extension; per tuple an int16 field count, then per field an int32 length and its bytes; int16 −1 at the
 * end.
 */
import { BINARY_HEADER, BINARY_TRAILER, COPY_SIGNATURE } from '../pg/copy-format.js';

/** One tuple. Offsets count the bytes of all tuples before it, without the stream's header. */
export interface Tuple {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC: the server's own int64. */
  readonly ts: bigint;
  readonly start: number;
  /** Where the bytes of `event` start. */
  readonly eventStart: number;
  /** Where the next tuple starts; its bytes may not have arrived yet. */
  readonly end: number;
}

/** The stream is not `(id bigint, ts timestamptz, event jsonb)`, or it is damaged. */
export class CopyFormatError extends Error {
  override readonly name = 'CopyFormatError';
}

const FIXED_HEADER_BYTES = BINARY_HEADER.length;
/** Length of `id`, and of `ts`. */
const INT64_BYTES = 8;
/** int16 field count, int32 + int64 id, int32 + int64 ts, int32 length of the event. */
export const TUPLE_HEADER_BYTES = 30;
const TRAILER_BYTES = BINARY_TRAILER.length;

/** A tuple as COPY sends it. @param fields the bytes of id, ts and event, one after the other. */
export function tupleOf(fields: Buffer): Buffer {
  const eventBytes = fields.length - 2 * INT64_BYTES;
  const tuple = Buffer.allocUnsafe(TUPLE_HEADER_BYTES + eventBytes);
  tuple.writeInt16BE(3, 0);
  tuple.writeInt32BE(INT64_BYTES, 2);
  fields.copy(tuple, 6, 0, INT64_BYTES);
  tuple.writeInt32BE(INT64_BYTES, 14);
  fields.copy(tuple, 18, INT64_BYTES, 2 * INT64_BYTES);
  tuple.writeInt32BE(eventBytes, 26);
  fields.copy(tuple, TUPLE_HEADER_BYTES, 2 * INT64_BYTES);
  return tuple;
}

type Part = 'header' | 'tuple' | 'event' | 'ended';

export class TupleWalker {
  /** Bytes of tuples seen so far, including a tuple that is not complete. */
  #dataBytes = 0;
  #part: Part = 'header';
  /** Beginning of a header that the end of a chunk has cut. */
  #pending = Buffer.alloc(0);
  /** Bytes still to skip, of a header extension or of an event. */
  #toSkip = 0;
  #tuples = 0;

  /** A walker for tuples without the header of a stream, such as those kept from an earlier stream. */
  static inTuples(): TupleWalker {
    const walker = new TupleWalker();
    walker.#part = 'tuple';
    return walker;
  }

  /** How many tuples were reported so far. */
  get tuples(): number {
    return this.#tuples;
  }

  /** True after the end marker: the stream was complete. */
  get ended(): boolean {
    return this.#part === 'ended';
  }

  /**
   * Reads the next chunk.
   * @returns the parts of `chunk` that belong to tuples, in order, without the header and trailer of the
   *   stream.
   * @throws CopyFormatError if the bytes are not (id bigint, ts timestamptz, event jsonb), or one of them
   *   is NULL.
   */
  push(chunk: Buffer, onTuple: (tuple: Tuple) => void): Buffer[] {
    const joined = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    this.#pending = Buffer.alloc(0);
    let at = this.#part === 'header' ? this.#passHeader(joined) : 0;
    const dataStart = at;
    while (at < joined.length && this.#part !== 'header') {
      if (this.#part === 'ended')
        throw new CopyFormatError('The server sent bytes after the end of the COPY stream.');
      const next = this.#part === 'event' ? this.#skip(joined, at) : this.#passTuple(joined, at, onTuple);
      if (next === undefined) break;
      at = next;
    }
    return this.#dataOf(joined, dataStart, at);
  }

  #dataOf(joined: Buffer, start: number, at: number): Buffer[] {
    this.#pending = Buffer.from(joined.subarray(at));
    const end = this.ended ? at - TRAILER_BYTES : at;
    return end > start ? [joined.subarray(start, end)] : [];
  }

  #passHeader(chunk: Buffer): number {
    if (chunk.length < FIXED_HEADER_BYTES) return 0;
    if (!chunk.subarray(0, COPY_SIGNATURE.length).equals(COPY_SIGNATURE)) {
      throw new CopyFormatError('The server did not send a binary COPY stream.');
    }
    const headerBytes = FIXED_HEADER_BYTES + chunk.readInt32BE(FIXED_HEADER_BYTES - 4);
    if (chunk.length < headerBytes) return 0;
    this.#part = 'tuple';
    return headerBytes;
  }

  #skip(chunk: Buffer, at: number): number {
    const skipped = Math.min(this.#toSkip, chunk.length - at);
    this.#toSkip -= skipped;
    this.#dataBytes += skipped;
    if (this.#toSkip === 0) this.#part = 'tuple';
    return at + skipped;
  }

  /** @returns where the bytes of the event begin; undefined if the header of the tuple is incomplete. */
  #passTuple(chunk: Buffer, at: number, onTuple: (tuple: Tuple) => void): number | undefined {
    if (chunk.length - at < TRAILER_BYTES) return undefined;
    if (chunk.readInt16BE(at) === -1) {
      this.#part = 'ended';
      return at + TRAILER_BYTES;
    }
    if (chunk.length - at < TUPLE_HEADER_BYTES) return undefined;
    const eventBytes = this.#checkedEventBytes(chunk, at);
    const start = this.#dataBytes;
    const eventStart = start + TUPLE_HEADER_BYTES;
    this.#tuples += 1;
    const [id, ts] = [chunk.readBigInt64BE(at + 6), chunk.readBigInt64BE(at + 18)];
    onTuple({ id, ts, start, eventStart, end: eventStart + eventBytes });
    this.#dataBytes += TUPLE_HEADER_BYTES;
    this.#toSkip = eventBytes;
    this.#part = 'event';
    return at + TUPLE_HEADER_BYTES;
  }

  #checkedEventBytes(chunk: Buffer, at: number): number {
    const eventBytes = chunk.readInt32BE(at + 26);
    const asPromised =
      chunk.readInt16BE(at) === 3 && chunk.readInt32BE(at + 2) === 8 && chunk.readInt32BE(at + 14) === 8;
    if (!asPromised || eventBytes < 0) {
      throw new CopyFormatError(
        'The server sent a row that is not (bigint, timestamptz, jsonb), or holds NULL.',
      );
    }
    return eventBytes;
  }
}
