import type { Batch } from './batch.js';
import { type BatchLimits, type Cut, Cutter } from './cutter.js';
import { type SlabPool, SlabWriter } from './slabs.js';
import { TupleWalker } from './tuple-walker.js';

/** Collects tuples from one or more COPY streams into slabs and cuts a batch out of them. */
export class BatchBuilder {
  readonly #after: bigint;
  readonly #cutter: Cutter;
  readonly #writer: SlabWriter;

  constructor(pool: SlabPool, after: bigint, limits: BatchLimits) {
    this.#after = after;
    this.#cutter = new Cutter(limits);
    this.#writer = new SlabWriter(pool);
  }

  /** The id to read on from. */
  get lastId(): bigint {
    return this.#cutter.last?.id ?? this.#after;
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

  /** Takes over rows that an earlier batch was cut before, and gives their slabs back. */
  addCarried(carried: SlabWriter): void {
    const feed = this.feeder(TupleWalker.inTuples());
    for (const part of carried.views()) feed(Buffer.from(part.buffer, part.byteOffset, part.length));
    carried.discard();
  }

  /** A function that takes the chunks of one stream. */
  feeder(walker: TupleWalker): (chunk: Buffer) => void {
    const base = this.#writer.bytes;
    return (chunk) => {
      const data = walker.push(chunk, ({ id, ts, start, end }) =>
        this.#cutter.add({ id, ts, start: base + start, end: base + end }),
      );
      for (const part of data) this.#writer.append(part);
    };
  }

  /** The snapshot held nothing more. */
  end(): void {
    this.#cutter.end();
  }

  /** Cuts: the batch owns its slabs, `rest` holds the rows behind it. */
  build(cut: Cut, reachedEnd: boolean): { batch: Batch; rest: SlabWriter } {
    const { head, tail } = this.#writer.split(cut.bytes);
    const batch: Batch = {
      kind: 'batch',
      after: this.#after,
      lastId: cut.lastId,
      rows: cut.rows,
      content: head,
      complete: reachedEnd && tail.bytes === 0,
    };
    return { batch, rest: tail };
  }

  discard(): void {
    this.#writer.discard();
  }
}
