/**
 * Decides where a batch ends: always between two source transactions. Rows of one transaction have
 * consecutive ids and the same `ts`, so a transaction ends where `ts` changes. Nothing behind a hole between
 * the ids is taken while a running transaction could still fill it. Pure: it sees ids, times and offsets
 * only.
 */
import { BEFORE_ALL_IDS, type IdRange } from '../events/id-range.js';

export interface BatchLimits {
  /** The last id that the batch should hold. */
  readonly boundaryId: bigint;
  /** Rows that the batch should not exceed. */
  readonly maxRows: number;
  /** Bytes that the batch should not exceed. */
  readonly maxBytes: number;
  /** Ids up to this one that are missing will not appear any more. */
  readonly settledId: bigint;
}

/** A place between two transactions. */
export interface Cut {
  /** The last row before the cut. */
  readonly last: RowPosition;
  /** Rows before the cut. */
  readonly rows: number;
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
  readonly #holes: IdRange[] = [];
  #nextId: bigint;
  #mayBeginWithOne: boolean;
  #last: RowPosition | undefined;
  #rows = 0;
  #within: Cut | undefined;
  #beyond: Cut | undefined;
  #isBlocked: boolean = false;

  /** @param after the id that the rows follow. A table whose ids begin with 1 has no hole before them. */
  constructor(after: bigint, limits: BatchLimits) {
    this.#nextId = after + 1n;
    this.#mayBeginWithOne = after === BEFORE_ALL_IDS;
    this.#limits = limits;
  }

  /** The next row, in id order. @throws OrderError when `id` does not ascend. */
  add(row: RowPosition): void {
    if (row.id !== this.#nextId && !(this.#mayBeginWithOne && row.id === 1n)) this.#passHole(row);
    this.#mayBeginWithOne = false;
    this.#nextId = row.id + 1n;
    if (this.#isBlocked) return;
    const last = this.#last;
    if (last !== undefined && row.ts !== last.ts) this.#note(last);
    this.#last = row;
    this.#rows += 1;
  }

  /** The source has nothing more in this snapshot: its last row ends a transaction too. */
  end(): void {
    if (this.#last !== undefined && !this.#isBlocked) this.#note(this.#last);
  }

  /** Where to cut: the last transaction end within the limits, else the first one beyond them. */
  get cut(): Cut | undefined {
    return this.#within ?? this.#beyond;
  }

  /** True once more rows cannot move the cut. */
  get settled(): boolean {
    return this.#beyond !== undefined || this.#isBlocked;
  }

  /** True when a hole that may still be filled keeps what is behind it from being taken. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Holes between the rows, and before the first, that will stay. */
  get holes(): readonly IdRange[] {
    return this.#holes;
  }

  get rows(): number {
    return this.#rows;
  }

  get last(): RowPosition | undefined {
    return this.#last;
  }

  #passHole(row: RowPosition): void {
    if (row.id < this.#nextId) throw new OrderError(`Event ${row.id} came after event ${this.#nextId - 1n}.`);
    const hole = { from: this.#nextId, to: row.id - 1n };
    if (hole.to <= this.#limits.settledId) {
      this.#holes.push(hole);
      return;
    }
    // A transaction that has rows on both sides of the hole must not be torn apart.
    if (!this.#isBlocked && this.#last !== undefined && row.ts !== this.#last.ts) this.#note(this.#last);
    this.#isBlocked = true;
  }

  #note(last: RowPosition): void {
    if (this.#beyond !== undefined) return;
    const { boundaryId, maxBytes, maxRows } = this.#limits;
    const fits = last.id <= boundaryId && last.end <= maxBytes && this.#rows <= maxRows;
    const cut = { last, rows: this.#rows };
    if (fits) this.#within = cut;
    else this.#beyond = cut;
  }
}
