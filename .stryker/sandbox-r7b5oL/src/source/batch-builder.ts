// @ts-nocheck
import type { AnchorRow } from '../events/anchor-row.js';
import { type Fingerprint, fingerprintOf } from '../events/fingerprint.js';
import { TUPLE_HEADER_BYTES, TupleWalker } from '../events/tuple-walker.js';
import { type SlabPool, SlabWriter } from '../threads/slabs.js';
import type { Batch } from './batch.js';
import { type BatchLimits, type Cut, Cutter, type RowPosition } from './cutter.js';

/** What is known about a batch besides its rows. */
export interface BatchFacts {
  /** The event before the batch, as the source holds it. */
  readonly predecessor: Fingerprint | undefined;
  /** The snapshot of the source held nothing more. */
  readonly reachedEnd: boolean;
}

/** Collects tuples from one or more COPY streams into slabs and cuts a batch out of them. */
export class BatchBuilder {
  readonly #after: bigint;
  readonly #cutter: Cutter;
  readonly #writer: SlabWriter;

  constructor(pool: SlabPool, after: bigint, limits: BatchLimits) {
    this.#after = after;
    this.#cutter = new Cutter(after, limits);
    this.#writer = new SlabWriter(pool);
  }

  /** The id to read on from. */
  get lastId(): bigint {
    return this.#cutter.last?.id ?? this.#after;
  }

  /** Fingerprint of the last row, which must be complete; undefined if there is none. */
  get lastRow(): Fingerprint | undefined {
    return this.#cutter.last && this.#fingerprint(this.#cutter.last);
  }

  get rows(): number {
    return this.#cutter.rows;
  }

  get bytes(): number {
    return this.#writer.bytes;
  }

  get cut(): Cut | undefined {
    return this.#cutter.cut;
  }

  get settled(): boolean {
    return this.#cutter.settled;
  }

  /** True if rows were left out because they lie behind a hole that may still be filled. */
  get isBlocked(): boolean {
    return this.#cutter.isBlocked;
  }

  /** Begins with rows that were read with the batch before, behind its cut. Gives their slabs back. */
  addCarried(carried: SlabWriter): void {
    const feed = this.feeder(TupleWalker.inTuples());
    for (const part of carried.views()) feed(Buffer.from(part.buffer, part.byteOffset, part.length));
    carried.discard();
  }

  /**
   * A function that takes the chunks of one stream. @param anchor takes the first tuple, if it is the anchor.
   */
  feeder(walker: TupleWalker, anchor?: AnchorRow): (chunk: Buffer) => void {
    const base = this.#writer.bytes;
    return (chunk) => {
      const data = walker.push(chunk, (tuple) => {
        if (anchor?.takes(tuple)) return;
        const offset = base - (anchor?.bytes ?? 0);
        this.#cutter.add({
          id: tuple.id,
          ts: tuple.ts,
          start: offset + tuple.start,
          end: offset + tuple.end,
        });
      });
      for (const part of data) this.#writer.append(anchor === undefined ? part : anchor.strip(part));
    };
  }

  /** The snapshot held nothing more. */
  end(): void {
    this.#cutter.end();
  }

  /** Cuts here. The batch owns its slabs; `rest` holds the rows behind the cut. */
  build(cut: Cut, { predecessor, reachedEnd }: BatchFacts): { batch: Batch; rest: SlabWriter } {
    const last = this.#fingerprint(cut.last);
    const { head, tail } = this.#writer.split(cut.last.end);
    const batch: Batch = {
      kind: 'batch',
      after: this.#after,
      predecessor,
      last,
      lastId: cut.last.id,
      rows: cut.rows,
      content: head,
      holes: this.#cutter.holes.filter(({ to }) => to < cut.last.id),
      complete: reachedEnd && tail.bytes === 0,
    };
    return { batch, rest: tail };
  }

  discard(): void {
    this.#writer.discard();
  }

  #fingerprint({ id, ts, start, end }: RowPosition): Fingerprint {
    return fingerprintOf({ id, ts }, this.#writer.views(start + TUPLE_HEADER_BYTES, end));
  }
}
