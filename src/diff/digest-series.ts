import type { IdRange } from '../plan/id-range.js';
import type { RangeDigest } from './range-digest.js';

/** A range of ids, and what a server says of the events in it. */
export interface DigestedRange {
  readonly range: IdRange;
  readonly digest: RangeDigest;
}

/** Reads the range that follows `previous`; undefined where there is none. `index` counts from 0. */
export type ReadNext = (
  index: number,
  previous: DigestedRange | undefined,
) => Promise<DigestedRange | undefined>;

/** How many ranges a table may be digested ahead of the one that is asked for, so that no server waits for another. */
const LOOK_AHEAD = 4;

/** The ranges of a table, digested one after the other and each once, whoever asks for it how often. */
export class DigestSeries {
  readonly #readNext: ReadNext;
  readonly #digests: Promise<DigestedRange | undefined>[] = [];

  constructor(readNext: ReadNext) {
    this.#readNext = readNext;
  }

  /** The range at that place; undefined behind the last one. */
  async get(index: number): Promise<DigestedRange | undefined> {
    while (this.#digests.length <= index + LOOK_AHEAD) this.#start(this.#digests.length);
    return this.#digests[index];
  }

  #start(index: number): void {
    const previous = this.#digests.at(-1);
    const digest = previous === undefined ? this.#readNext(index, undefined) : this.#after(previous, index);
    // Whoever asks for it is told of its error; nobody may.
    digest.catch(() => {});
    this.#digests.push(digest);
  }

  async #after(previous: Promise<DigestedRange | undefined>, index: number) {
    const before = await previous;
    return before === undefined ? undefined : this.#readNext(index, before);
  }
}
