import { BEFORE_ALL_IDS } from '../events/id-range.js';
import type { Extent } from '../plan/missing-ranges.js';

/** The fields of a record that say how far a destination is behind. */
export interface LagRecord {
  readonly lagEvents?: number | undefined;
  readonly lagSeconds?: number | undefined;
}

/** Progress of a destination since the last validation. */
export interface CopyProgress {
  readonly copied: number;
  readonly total: number;
}

/**
 * Computes how far a destination is behind: the events that were missing at the last validation, plus the ids
 * that the source got since, minus the events that were copied since.
 */
export class Lag {
  #missing = 0;
  #sourceMaxId: bigint | undefined;
  #copiedBefore = 0;
  #isKnown: boolean = false;
  #lastLevelMs: number | undefined;
  /** Events that the source got since the last validation, as far as is known. */
  #added = 0;

  /** Notes a validation. @param copied how many events were copied to the destination so far, in all. */
  looked(source: Extent, destination: Extent, copied: number): void {
    this.#begin(Number(source.count - destination.count), source.ids?.to, copied);
  }

  /**
   * Notes that the destination has everything up to `maxId`, the end of the source; `BEFORE_ALL_IDS` if the
   * source is empty. @param copied as in `looked`.
   */
  caughtUp(maxId: bigint, copied: number): void {
    this.#begin(0, maxId === BEFORE_ALL_IDS ? undefined : maxId, copied);
    this.#lastLevelMs = performance.now();
  }

  /**
   * @param sourceMaxId highest id of the source now; undefined if it is empty or did not answer.
   * @param copied as in `looked`.
   */
  record(sourceMaxId: bigint | undefined, copied: number): LagRecord {
    const isAnswered = sourceMaxId !== undefined || this.#sourceMaxId === undefined;
    if (!this.#isKnown || !isAnswered) return {};
    this.#note(sourceMaxId);
    const lagEvents = Math.max(0, this.#missing + this.#added - (copied - this.#copiedBefore));
    return { lagEvents, lagSeconds: lagEvents === 0 ? 0 : this.#secondsSinceLevel() };
  }

  /** @param copied as in `looked`. */
  progress(copied: number): CopyProgress {
    return { copied: copied - this.#copiedBefore, total: this.#missing + this.#added };
  }

  #begin(missing: number, sourceMaxId: bigint | undefined, copied: number): void {
    this.#isKnown = true;
    this.#missing = missing;
    this.#sourceMaxId = sourceMaxId;
    this.#copiedBefore = copied;
    this.#added = 0;
  }

  #note(sourceMaxId: bigint | undefined): void {
    if (sourceMaxId !== undefined) this.#added = Math.max(0, Number(sourceMaxId - (this.#sourceMaxId ?? 0n)));
  }

  #secondsSinceLevel(): number | undefined {
    if (this.#lastLevelMs === undefined) return undefined;
    return Math.round(performance.now() - this.#lastLevelMs) / 1000;
  }
}
