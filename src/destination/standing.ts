import { BEFORE_ALL_IDS, type IdRange } from '../events/id-range.js';
import { Tally } from './copy/tally.js';
import type { Validated } from './guard/validate.js';
import { type CopyProgress, Lag, type LagRecord } from './lag.js';

/** Progress of a destination, in all its sessions. */
export class Standing {
  /** Counts what was copied so far. */
  readonly total = new Tally();
  readonly #lag = new Lag();
  #maxIdAtLook: bigint | undefined;
  #gapsAtLook: readonly IdRange[] | undefined;
  #heldAtLook = 0n;
  #copiedAtLook = 0;

  /** Notes a validation: what both tables hold, and what is missing. */
  looked({ source, destination, plan }: Pick<Validated, 'source' | 'destination' | 'plan'>): void {
    this.#heldAtLook = destination.count;
    this.#copiedAtLook = this.total.events;
    this.#maxIdAtLook = destination.ids?.to;
    this.#gapsAtLook = plan.gaps;
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

  /** Highest id that the destination is known to hold. */
  get maxId(): bigint | undefined {
    return highest(this.#lastCopied, this.#maxIdAtLook);
  }

  /** The destination holds all events up to this id, as far as is known. Undefined before a validation. */
  get holdsUpTo(): bigint | undefined {
    if (this.#gapsAtLook === undefined) return undefined;
    const last = this.#lastCopied;
    const gap = this.#gapsAtLook.find(({ to }) => last === undefined || last < to);
    if (gap === undefined) return this.maxId ?? BEFORE_ALL_IDS;
    return last === undefined || last < gap.from ? gap.from - 1n : last;
  }

  /** Last id that was copied since the last validation. */
  get #lastCopied(): bigint | undefined {
    return this.total.events > this.#copiedAtLook ? this.total.to : undefined;
  }
}

function highest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
