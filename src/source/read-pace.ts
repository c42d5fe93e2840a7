import { BEFORE_ALL_IDS } from '../events/id-range.js';
import type { Batch } from './batch.js';
import { idsPerEvent } from './batch-boundary.js';
import type { ReadLimits } from './batch-read.js';
import { NEWEST_BYTES, NEWEST_EVENT_BYTES, NEWEST_ROWS } from './reading-sql.js';

export interface ReadPaceOptions {
  readonly maxEvents: number;
  readonly budgetBytes: number;
}

/** What reads have shown of the table so far, and how large the next one may be because of that. */
export class ReadPace {
  readonly #options: ReadPaceOptions;
  /** The highest id read so far: reads behind it are urgent. */
  #tip = BEFORE_ALL_IDS;
  #bytesPerRow = 2_000;
  #idsPerEvent = 1n;
  /** How many there were at the last look at the tip; at first there may be many. */
  #rowsAtTip = NEWEST_ROWS;

  constructor(options: ReadPaceOptions) {
    this.#options = options;
  }

  /** Whether a read behind `after` goes beyond all that was read so far. */
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

  /** A look at the tip has brought so many rows. */
  sawAtTip(rows: number): void {
    this.#rowsAtTip = rows;
  }

  learn({ after, lastId, rows, content }: Batch): void {
    if (lastId > this.#tip) this.#tip = lastId;
    this.#bytesPerRow = Math.max(1, content.bytes / rows);
    this.#idsPerEvent = after === BEFORE_ALL_IDS ? 1n : idsPerEvent(lastId - after, rows);
  }

  /** Nothing that was read so far may be true any more: every read is urgent again. */
  forgetTip(): void {
    this.#tip = BEFORE_ALL_IDS;
  }

  #expectsFewAtTip(): boolean {
    return this.#rowsAtTip < NEWEST_ROWS && this.#bytesPerRow <= NEWEST_EVENT_BYTES;
  }
}
