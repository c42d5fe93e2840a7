import { unseen } from '../../common/unseen.js';
import type { IdRange } from '../../events/id-range.js';
import type { RangeDigest } from './range-digest.js';

/** A range of ids, and what a server says of the events in it. */
export interface DigestedRange {
  readonly range: IdRange;
  readonly digest: RangeDigest;
}

/**
 * Reads the range at a place, counted from 0; undefined where there is none. It is called once for each
 * place, in turn.
 */
export type ReadRange = (index: number) => Promise<DigestedRange | undefined>;

/** The ranges of a table, each digested once, whoever asks for it how often. */
export class DigestSeries {
  readonly #read: ReadRange;
  readonly #ahead: number;
  readonly #digests: Promise<DigestedRange | undefined>[] = [];

  /**
   * @param ahead so many more ranges are asked for than the one that is wanted, so that no server waits for
   * another.
   */
  constructor(read: ReadRange, ahead = 0) {
    this.#read = read;
    this.#ahead = ahead;
  }

  /** The range at that place; undefined behind the last one. */
  async get(index: number): Promise<DigestedRange | undefined> {
    while (this.#digests.length <= index + this.#ahead) {
      this.#digests.push(unseen(this.#read(this.#digests.length)));
    }
    return this.#digests[index];
  }
}
