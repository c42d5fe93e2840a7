// @ts-nocheck
import { BEFORE_ALL_IDS } from '../events/id-range.js';
import type { Batch } from './batch.js';
import { idsPerEvent } from './batch-boundary.js';
import type { ReadLimits } from './batch-read.js';
import { NEWEST_BYTES, NEWEST_EVENT_BYTES, NEWEST_ROWS } from './reading-sql.js';

export interface ReadPaceOptions {
  readonly maxEvents: number;
  readonly budgetBytes: number;
}

/** Learns from reads how large rows are, and decides how large the next read may be. */
export class ReadPace {
  readonly #options: ReadPaceOptions;
  /** The highest id read so far. Reads behind it are urgent. */
  #tip = BEFORE_ALL_IDS;
  #bytesPerRow = 2_000;
  #idsPerEvent = 1n;
  /** Rows of the last read at the tip. Before the first read, many are expected. */
  #rowsAtTip = NEWEST_ROWS;

  constructor(options: ReadPaceOptions) {
    this.#options = options;
  }

  /** Whether a read behind `after` is at the tip: beyond everything that was read so far. */
  isUrgent(after: bigint): boolean {
    return after >= this.#tip;
  }

  limits(urgent: boolean): Omit<ReadLimits, 'settledId' | 'endId'> {
    const { budgetBytes, maxEvents } = this.#options;
    const maxBytes = budgetBytes / 8;
    return {
      maxEvents: BigInt(maxEvents),
      maxBytes,
      giantBytes: budgetBytes,
      rowsPerStatement: BigInt(Math.max(1, Math.floor(maxBytes / this.#bytesPerRow))),
      idsPerEvent: this.#idsPerEvent,
      expectsFew: urgent && maxBytes >= NEWEST_BYTES && this.#expectsFewAtTip(),
    };
  }

  /** Notes how many rows a read at the tip returned. */
  sawAtTip(rows: number): void {
    this.#rowsAtTip = rows;
  }

  learn({ after, lastId, rows, content }: Batch): void {
    if (lastId > this.#tip) this.#tip = lastId;
    this.#bytesPerRow = Math.max(1, content.bytes / rows);
    this.#idsPerEvent = after === BEFORE_ALL_IDS ? 1n : idsPerEvent(lastId - after, rows);
  }

  /** Forgets the tip, because the source has changed: every read is urgent again. */
  forgetTip(): void {
    this.#tip = BEFORE_ALL_IDS;
  }

  #expectsFewAtTip(): boolean {
    return this.#rowsAtTip < NEWEST_ROWS && this.#bytesPerRow <= NEWEST_EVENT_BYTES;
  }
}
