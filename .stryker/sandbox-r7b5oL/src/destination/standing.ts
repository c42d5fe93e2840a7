// @ts-nocheck
import type { Extent } from '../plan/missing-ranges.js';
import { Tally } from './copy/tally.js';
import { type CopyProgress, Lag, type LagRecord } from './lag.js';

/** Progress of a destination, in all its sessions. */
export class Standing {
  /** Counts what was copied so far. */
  readonly total = new Tally();
  readonly #lag = new Lag();
  #maxIdAtLook: bigint | undefined;
  #heldAtLook = 0n;
  #copiedAtLook = 0;

  /** Notes a validation: what both tables hold. */
  looked(source: Extent, destination: Extent): void {
    this.#heldAtLook = destination.count;
    this.#copiedAtLook = this.total.events;
    this.#maxIdAtLook = destination.ids?.to;
    this.#lag.looked(source, destination, this.total.events);
  }

  /** Notes that the destination has everything up to `maxId`, and the source had nothing more. */
  caughtUp(maxId: bigint): void {
    this.#lag.caughtUp(maxId, this.total.events);
  }

  /**
   * Identifies the progress: how many events the destination should hold, and how many were copied to it in
   * all.
   */
  get place(): string {
    const { events } = this.total;
    return `${this.#heldAtLook + BigInt(events - this.#copiedAtLook)} ${events}`;
  }

  /** Progress since the last validation. */
  get progress(): CopyProgress {
    return this.#lag.progress(this.total.events);
  }

  /** @param sourceMaxId highest id of the source now; undefined when it is empty or did not answer. */
  lag(sourceMaxId: bigint | undefined): LagRecord {
    return this.#lag.record(sourceMaxId, this.total.events);
  }

  /** Highest id that the destination is known to hold. @param committedId the last one that was copied. */
  maxId(committedId: bigint | undefined): bigint | undefined {
    return highest(committedId, this.#maxIdAtLook);
  }
}

function highest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
