// @ts-nocheck
import { AnchorRow } from '../src/events/anchor-row.js';
import { copyBehindSql } from '../src/events/events-sql.js';
import { type Fingerprint, fingerprintOf, isSameEvent } from '../src/events/fingerprint.js';
import { TUPLE_HEADER_BYTES, type Tuple, TupleWalker } from '../src/events/tuple-walker.js';
import type { Connection } from '../src/pg/connection.js';
import { copyOut } from '../src/pg/copy-out.js';
import { despiteRecovery } from '../src/pg/despite-recovery.js';

/** The source no longer holds an event that was read from it. */
export class ChangedSourceError extends Error {
  override readonly name = 'ChangedSourceError';
  readonly id: bigint;

  constructor(id: bigint) {
    super(`The source no longer holds event ${id} as it was read before.`);
    this.id = id;
  }
}

/** The events behind id `after`, up to id `lastId`. */
export interface Ranges {
  readonly after: bigint;
  readonly lastId: bigint;
  /** An event that the source must still hold. Absent if none is known. */
  readonly anchor?: Fingerprint | undefined;
}

/** About how many bytes one statement should return: they are held in memory. */
const RANGE_BYTES = 4 * 1024 * 1024;
/**
 * How many bytes one statement may return. If events are suddenly much larger, the rest is left to the next
 * statement.
 */
const MOST_BYTES = 4 * RANGE_BYTES;
/** The first statement asks for few rows, because their size is not known yet. */
const FIRST_ROWS = 10;
const MOST_ROWS = 50_000;

/**
 * Reads events in short statements. It hands on the rows of a statement only when the statement has ended, so
 * that a slow receiver keeps no statement open at the source. Events do not change, so several snapshots are
 * as good as one. Each statement checks that the last event of the one before is still there.
 */
export class RangeReader {
  readonly #open: () => Promise<Connection>;
  readonly #upTo: bigint;
  #source: Connection | undefined;
  #after: bigint;
  #anchor: Fingerprint | undefined;
  #limit = FIRST_ROWS;
  rows = 0;
  bytes = 0;

  /** @param open opens a session of the source. Called again if a session was lost. */
  constructor(open: () => Promise<Connection>, { after, lastId, anchor }: Ranges) {
    this.#open = open;
    this.#upTo = lastId;
    this.#after = after;
    this.#anchor = anchor;
  }

  /** The last event that was read, or the anchor. */
  get last(): Fingerprint | undefined {
    return this.#anchor;
  }

  /**
   * The bytes of the tuples, without header and trailer. @throws ChangedSourceError, or the error of the
   * source.
   */
  async *tuples(): AsyncGenerator<Buffer, void> {
    while (this.#after < this.#upTo) {
      const parts = await this.#readRange();
      // Parts are dropped as soon as they are handed on: one event may have many megabytes.
      for (let part = parts.shift(); part !== undefined; part = parts.shift()) yield part;
    }
  }

  #readRange(): Promise<Buffer[]> {
    return despiteRecovery(() => this.#readOnce());
  }

  async #readOnce(): Promise<Buffer[]> {
    if (this.#source === undefined || this.#source.lost.aborted) this.#source = await this.#open();
    const range = new Range(this.#anchor);
    const limit = this.#limit;
    const slice = { after: this.#after, upTo: this.#upTo, limit };
    const sent = await copyOut(
      this.#source,
      copyBehindSql({ ...slice, anchorId: this.#anchor?.id }),
      (chunk) => range.push(chunk),
    );
    range.check(sent);
    this.#advance(range, sent !== undefined && range.rows < limit);
    return range.parts;
  }

  #advance({ rows, bytes, last }: Range, isEnd: boolean): void {
    this.rows += rows;
    this.bytes += bytes;
    this.#anchor = last ?? this.#anchor;
    this.#after = isEnd || last === undefined ? this.#upTo : last.id;
    const bytesPerRow = Math.max(1, bytes / Math.max(1, rows));
    this.#limit = Math.min(MOST_ROWS, Math.max(1, Math.floor(RANGE_BYTES / bytesPerRow)));
  }
}

/** The rows of one statement. */
class Range {
  readonly #walker = new TupleWalker();
  readonly #anchor: Fingerprint | undefined;
  readonly #anchorRow: AnchorRow | undefined;
  #chunks: Buffer[] = [];
  #received = 0;
  /** Number of complete tuples, and the last of them. `#next` may be incomplete. */
  rows = 0;
  #last: Tuple | undefined;
  #next: Tuple | undefined;

  constructor(anchor: Fingerprint | undefined) {
    this.#anchor = anchor;
    this.#anchorRow = anchor === undefined ? undefined : new AnchorRow(anchor.id);
  }

  /** Takes a chunk. @returns false when there are enough bytes and at least one complete event. */
  push(chunk: Buffer): boolean {
    const data = this.#walker.push(chunk, (tuple) => {
      if (this.#anchorRow?.takes(tuple)) return;
      this.#complete();
      this.#next = tuple;
    });
    for (const part of data) {
      this.#received += part.length;
      this.#chunks.push(this.#anchorRow === undefined ? part : this.#anchorRow.strip(part));
    }
    return this.#received < MOST_BYTES || this.#last === undefined;
  }

  /** @param sent how many rows the source reports; undefined if reading was stopped early. */
  check(sent: number | undefined): void {
    const { tuples, ended } = this.#walker;
    if (sent !== undefined) this.#complete();
    if (sent !== undefined && (sent !== tuples || !ended))
      throw new Error(`The source reports ${sent} events, but ${tuples} arrived.`);
    if (this.#anchor !== undefined && !isSameEvent(this.#anchorRow?.fingerprint, this.#anchor))
      throw new ChangedSourceError(this.#anchor.id);
    this.#chunks = this.#firstBytes(this.bytes);
  }

  /** Bytes of complete events. */
  get bytes(): number {
    return (this.#last?.end ?? this.#offset) - this.#offset;
  }

  get parts(): Buffer[] {
    return this.#chunks;
  }

  get last(): Fingerprint | undefined {
    if (this.#last === undefined) return undefined;
    const start = this.#last.start - this.#offset + TUPLE_HEADER_BYTES;
    return fingerprintOf(this.#last, this.#bytesFrom(start));
  }

  /** The offsets of tuples include the anchor. */
  get #offset(): number {
    return this.#anchorRow?.bytes ?? 0;
  }

  #complete(): void {
    if (this.#next === undefined) return;
    this.#last = this.#next;
    this.#next = undefined;
    this.rows += 1;
  }

  #firstBytes(count: number): Buffer[] {
    let left = count;
    return this.#chunks.flatMap((chunk) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      return part.length === 0 ? [] : [part];
    });
  }

  #bytesFrom(start: number): Buffer[] {
    let skip = start;
    return this.#chunks.flatMap((chunk) => {
      const part = chunk.subarray(Math.min(skip, chunk.length));
      skip = Math.max(0, skip - chunk.length);
      return part.length === 0 ? [] : [part];
    });
  }
}
