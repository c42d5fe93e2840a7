import type { IdRange } from '../plan/id-range.js';
import type { Comparison } from './comparison.js';
import { DifferenceLog } from './difference.js';
import { DigestSeries } from './digest-series.js';
import type { EventsTable } from './events-table.js';
import { readExamples } from './examples.js';
import { type DigestPair, Locator } from './locator.js';

/** The left table with the digests of its ranges, which any number of comparisons may ask for. */
export interface DigestedTable {
  readonly table: EventsTable;
  readonly ranges: readonly IdRange[];
  readonly digests: DigestSeries;
}

export interface PairOptions {
  /** The left table's ranges, or the first of them; the last one may be shorter. */
  readonly ranges: readonly IdRange[];
  /** Stop looking when so many events differ. */
  readonly maxDiffs?: number | undefined;
  /** Called after each range. */
  readonly onRange: (range: IdRange) => void;
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
    this.#rightDigests = new DigestSeries(options.ranges, (range) => right.digest(range));
  }

  async run(): Promise<Comparison> {
    const complete = await this.#compareRanges();
    const { counts, events, ranges, total } = this.#log;
    const [first, last] = [this.#options.ranges.at(0), this.#options.ranges.at(-1)];
    const examples = await readExamples(this.#left.table, this.#right, ranges);
    const ids = first === undefined || last === undefined ? {} : { ids: { from: first.from, to: last.to } };
    return { equal: complete && total === 0n, complete, ...ids, events, counts, ranges, examples };
  }

  /** @returns false when it stopped early. */
  async #compareRanges(): Promise<boolean> {
    const locator = new Locator(this.#left.table, this.#right);
    const { ranges, maxDiffs = Number.POSITIVE_INFINITY, onRange } = this.#options;
    for (const [index, range] of ranges.entries()) {
      for await (const segment of locator.locate(await this.#digests(index, range))) {
        if (this.#log.total >= maxDiffs) return false;
        this.#log.add(segment);
      }
      onRange(range);
    }
    return true;
  }

  /** The last range may be shorter than the left table's, whose digest is shared with other comparisons. */
  async #digests(index: number, range: IdRange): Promise<DigestPair> {
    const shared = this.#left.ranges[index]?.to === range.to;
    const [left, right] = await Promise.all([
      shared ? this.#left.digests.get(index) : this.#left.table.digest(range),
      this.#rightDigests.get(index),
    ]);
    return { left, right };
  }
}
