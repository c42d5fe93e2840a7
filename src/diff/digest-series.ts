import type { IdRange } from '../plan/id-range.js';
import type { RangeDigest } from './range-digest.js';

/** How many ranges a table may be digested ahead of the one that is asked for, so that no server waits for another. */
const LOOK_AHEAD = 4;

/** The digests of a table's ranges, read one after the other and each once, whoever asks for it how often. */
export class DigestSeries {
  readonly #read: (range: IdRange) => Promise<RangeDigest>;
  readonly #ranges: readonly IdRange[];
  readonly #digests: Promise<RangeDigest>[] = [];

  constructor(ranges: readonly IdRange[], read: (range: IdRange) => Promise<RangeDigest>) {
    this.#ranges = ranges;
    this.#read = read;
  }

  /** The digest of the range at that place. */
  get(index: number): Promise<RangeDigest> {
    for (const range of this.#ranges.slice(this.#digests.length, index + 1 + LOOK_AHEAD)) this.#start(range);
    const digest = this.#digests[index];
    if (digest === undefined) throw new RangeError(`There is no range ${index}.`);
    return digest;
  }

  #start(range: IdRange): void {
    const previous = this.#digests.at(-1);
    const digest = previous === undefined ? this.#read(range) : previous.then(() => this.#read(range));
    // Whoever asks for it is told of its error; nobody may.
    digest.catch(() => {});
    this.#digests.push(digest);
  }
}
