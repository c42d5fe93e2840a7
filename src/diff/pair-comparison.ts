import type { IdRange } from '../plan/id-range.js';
import type { Comparison } from './comparison.js';
import { larger, smaller } from './cut-ids.js';
import { DifferenceLog } from './difference.js';
import { type DigestedRange, DigestSeries } from './digest-series.js';
import type { EventsTable } from './events-table.js';
import { readExamples } from './examples.js';
import { type DigestPair, Locator } from './locator.js';

/**
 * The left table with the digests of its ranges, which any number of comparisons may ask for. Each range holds as many of
 * its events as one statement digests, whatever the ids are, so that sparse ids cost what dense ones cost.
 */
export interface DigestedTable {
  readonly table: EventsTable;
  readonly digests: DigestSeries;
}

export interface PairOptions {
  /** What to compare: all that the left table's ranges cover, or less at the end. Absent: nothing. */
  readonly ids: IdRange | undefined;
  /** Stop looking when so many events differ. */
  readonly maxDiffs?: number | undefined;
  /** Called after each range with the number of its events. */
  readonly onRange: (events: bigint) => void;
}

/** Compares one table with the left one, range by range in the order of the ids. */
export class PairComparison {
  readonly #left: DigestedTable;
  readonly #right: EventsTable;
  readonly #options: PairOptions;
  readonly #rightDigests: DigestSeries;
  readonly #log = new DifferenceLog();

  constructor(left: DigestedTable, right: EventsTable, options: PairOptions) {
    this.#left = left;
    this.#right = right;
    this.#options = options;
    this.#rightDigests = new DigestSeries((index) => this.#digestRight(index));
  }

  async run(): Promise<Comparison> {
    const complete = await this.#compareRanges();
    const { counts, events, ranges, total } = this.#log;
    const examples = await readExamples(this.#left.table, this.#right, ranges);
    const { ids } = this.#options;
    return { equal: complete && total === 0n, complete, ids, events, counts, ranges, examples };
  }

  /** @returns false when it stopped early. */
  async #compareRanges(): Promise<boolean> {
    const locator = new Locator(this.#left.table, this.#right);
    const { maxDiffs = Number.POSITIVE_INFINITY, onRange } = this.#options;
    for (let index = 0; ; index += 1) {
      const pair = await this.#digests(index);
      if (pair === undefined) return true;
      for await (const segment of locator.locate(pair)) {
        if (this.#log.total >= maxDiffs) return false;
        this.#log.add(segment);
      }
      onRange(larger(pair.left.count, pair.right.count));
    }
  }

  /** The last range may be shorter than the left table's, whose digest is shared with other comparisons. */
  async #digests(index: number): Promise<DigestPair | undefined> {
    const [shared, right] = await Promise.all([this.#left.digests.get(index), this.#rightDigests.get(index)]);
    if (shared === undefined || right === undefined) return undefined;
    const isWhole = shared.range.to === right.range.to;
    return {
      left: isWhole ? shared.digest : await this.#left.table.digest(right.range),
      right: right.digest,
    };
  }

  async #digestRight(index: number): Promise<DigestedRange | undefined> {
    const { ids } = this.#options;
    const shared = ids && (await this.#left.digests.get(index));
    if (ids === undefined || shared === undefined || shared.range.from > ids.to) return undefined;
    const range = { from: shared.range.from, to: smaller(shared.range.to, ids.to) };
    return { range, digest: await this.#right.digest(range) };
  }
}
