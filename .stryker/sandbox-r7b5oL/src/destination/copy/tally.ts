// @ts-nocheck
import { BEFORE_ALL_IDS } from '../../events/id-range.js';
import type { WriteSuccess } from '../../threads/messages.js';

/** What was copied to one destination since some moment, and how the time was spent. */
export interface TallyRecord {
  readonly events: number;
  readonly bytes: number;
  readonly batches: number;
  readonly seconds: number;
  /** First and last id copied; absent when nothing was. */
  readonly from?: bigint;
  readonly to?: bigint;
  /** Milliseconds spent copying in, waiting for the turn to commit, and committing, over all lanes. */
  readonly copyMs: number;
  readonly waitMs: number;
  readonly commitMs: number;
}

export class Tally {
  #startedAt = performance.now();
  #events = 0;
  #bytes = 0;
  #batches = 0;
  #from: bigint | undefined;
  #to: bigint | undefined;
  #times = { copyMs: 0, waitMs: 0, commitMs: 0 };

  get batches(): number {
    return this.#batches;
  }

  get events(): number {
    return this.#events;
  }

  /** Adds one committed batch. */
  add({ after, lastId }: { after: bigint; lastId: bigint }, written: WriteSuccess): void {
    this.#events += written.rows;
    this.#bytes += written.bytes;
    this.#batches += 1;
    this.#from ??= after === BEFORE_ALL_IDS ? lastId - BigInt(written.rows) + 1n : after + 1n;
    this.#to = lastId;
    this.#times.copyMs += written.times.copyMs;
    this.#times.waitMs += written.times.waitMs;
    this.#times.commitMs += written.times.commitMs;
  }

  /** The record, for a log or a summary. */
  record(): TallyRecord {
    return {
      events: this.#events,
      bytes: this.#bytes,
      batches: this.#batches,
      seconds: Math.round(performance.now() - this.#startedAt) / 1000,
      ...(this.#from === undefined ? {} : { from: this.#from }),
      ...(this.#to === undefined ? {} : { to: this.#to }),
      copyMs: Math.round(this.#times.copyMs),
      waitMs: Math.round(this.#times.waitMs),
      commitMs: Math.round(this.#times.commitMs),
    };
  }
}
