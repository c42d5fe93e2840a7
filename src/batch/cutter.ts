/**
 * Decides where a batch ends: always between two source transactions. Rows of one transaction have consecutive ids
 * and the same `ts`, so a transaction ends where `ts` changes. Pure: it sees ids, times and offsets only.
 */

export interface BatchLimits {
  /** The last id that the batch should hold. */
  readonly boundaryId: bigint;
  /** Bytes that the batch should not exceed. */
  readonly maxBytes: number;
}

/** A place between two transactions. */
export interface Cut {
  /** Last id before the cut. */
  readonly lastId: bigint;
  /** Rows before the cut. */
  readonly rows: number;
  /** Bytes of tuples before the cut. */
  readonly bytes: number;
}

export interface RowPosition {
  readonly id: bigint;
  readonly ts: bigint;
  /** Bytes of tuples before this row, and after it. */
  readonly start: number;
  readonly end: number;
}

/** Ids must ascend: the source's primary key and ORDER BY promise it. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
}

export class Cutter {
  readonly #limits: BatchLimits;
  #last: RowPosition | undefined;
  #rows = 0;
  #within: Cut | undefined;
  #beyond: Cut | undefined;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** The next row, in id order. @throws OrderError when `id` does not ascend. */
  add(row: RowPosition): void {
    const last = this.#last;
    if (last !== undefined) {
      if (row.id <= last.id) throw new OrderError(`event ${row.id} came after event ${last.id}`);
      if (row.ts !== last.ts) this.#note({ lastId: last.id, rows: this.#rows, bytes: row.start });
    }
    this.#last = row;
    this.#rows += 1;
  }

  /** The source has nothing more in this snapshot: its last row ends a transaction too. */
  end(): void {
    const last = this.#last;
    if (last !== undefined) this.#note({ lastId: last.id, rows: this.#rows, bytes: last.end });
  }

  /** Where to cut: the last transaction end within the limits, else the first one beyond them. */
  get cut(): Cut | undefined {
    return this.#within ?? this.#beyond;
  }

  /** True once more rows cannot move the cut. */
  get settled(): boolean {
    return this.#beyond !== undefined;
  }

  get rows(): number {
    return this.#rows;
  }

  get last(): RowPosition | undefined {
    return this.#last;
  }

  #note(cut: Cut): void {
    if (this.#beyond !== undefined) return;
    const fits = cut.lastId <= this.#limits.boundaryId && cut.bytes <= this.#limits.maxBytes;
    if (fits) this.#within = cut;
    else this.#beyond = cut;
  }
}
