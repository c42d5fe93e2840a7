/**
 * Decides where a batch ends: always between two source transactions. Rows of one transaction have
 * consecutive ids and the same `ts`, so a transaction ends where `ts` changes. The cutter takes no row behind
 * a hole between the ids while a running transaction could still fill that hole. It does no I/O: it sees ids,
 * times and offsets only.
 */
import { BEFORE_ALL_IDS, type IdRange } from '../events/id-range.js';

export interface BatchLimits {
  /** The last id that the batch should hold. */
  readonly boundaryId: bigint;
  /** Rows that the batch should not exceed. */
  readonly maxRows: number;
  /** Bytes that the batch should not exceed. */
  readonly maxBytes: number;
  /** Missing ids up to this one will never appear. */
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
  /** Bytes of tuples up to the start of this row, and up to its end. */
  readonly start: number;
  readonly end: number;
}

/** An id did not ascend, although the primary key of the source and ORDER BY promise it. */
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

  /**
   * @param after the rows have ids above this one. A table whose ids begin with 1 has no hole before them.
   */
  constructor(after: bigint, limits: BatchLimits) {
    this.#nextId = after + 1n;
    this.#mayBeginWithOne = after === BEFORE_ALL_IDS;
    this.#limits = limits;
  }

  /** Adds the next row, in id order. @throws OrderError if `id` does not ascend. */
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

  /** Marks the end of the snapshot: the last row ends a transaction too. */
  end(): void {
    if (this.#last !== undefined && !this.#isBlocked) this.#note(this.#last);
  }

  /** Where to cut: at the last transaction end within the limits, else at the first one beyond them. */
  get cut(): Cut | undefined {
    return this.#within ?? this.#beyond;
  }

  /** True once more rows cannot move the cut. */
  get settled(): boolean {
    return this.#beyond !== undefined || this.#isBlocked;
  }

  /** True if rows were left out because they lie behind a hole that may still be filled. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Holes before and between the rows that no transaction can fill any more. */
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
    // A transaction may have rows on both sides of the hole. It must not be split.
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
