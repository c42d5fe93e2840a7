// @ts-nocheck
import { unseen } from '../../common/unseen.js';
import type { IdRange } from '../../events/id-range.js';
import type { RangeDigest } from './range-digest.js';

/** A range of ids, and the digest of its events. */
export interface DigestedRange {
  readonly range: IdRange;
  readonly digest: RangeDigest;
}

/**
 * Reads the range with this index, from 0; undefined if there is none. Called once for each index, in order.
 */
export type ReadRange = (index: number) => Promise<DigestedRange | undefined>;

/** The ranges of a table. Each is digested once, however often it is asked for. */
export class DigestSeries {
  readonly #read: ReadRange;
  readonly #ahead: number;
  readonly #digests: Promise<DigestedRange | undefined>[] = [];

  /** @param ahead how many further ranges are read in advance, so that no server waits for another. */
  constructor(read: ReadRange, ahead = 0) {
    this.#read = read;
    this.#ahead = ahead;
  }

  /** The range with this index; undefined behind the last one. */
  async get(index: number): Promise<DigestedRange | undefined> {
    while (this.#digests.length <= index + this.#ahead) {
      this.#digests.push(unseen(this.#read(this.#digests.length)));
    }
    return this.#digests[index];
  }
}
