// @ts-nocheck
import type { IdRange } from '../../events/id-range.js';
import { larger, smaller } from '../tables/cut-ids.js';
import { type DigestedRange, DigestSeries } from '../tables/digest-series.js';
import type { EventsTable } from '../tables/events-table.js';
import { mapAhead } from './ahead.js';
import type { Comparison } from './comparison.js';
import { DifferenceLog, type Segment } from './difference.js';
import { readExamples } from './examples.js';
import { type DigestPair, Locator } from './locator.js';
import { lookAhead } from './look-ahead.js';

/**
 * The left table with the digests of its ranges, shared by all comparisons. Each range holds as many events
 * as one statement digests, so that sparse ids cost no more than dense ones.
 */
export interface DigestedTable {
  readonly table: EventsTable;
  readonly digests: DigestSeries;
}

export interface PairOptions {
  /** The ids to compare: those of the ranges of the left table, or fewer at the end. Absent: none. */
  readonly ids: IdRange | undefined;
  /** Stop when this many events differ. */
  readonly maxDiffs?: number | undefined;
  /** Called after each range with the number of its events. */
  readonly onRange: (events: bigint) => void;
}

/** How many further ranges are read in advance. If all events differ, a whole range is in memory. */
const RANGES_AHEAD = 1;

interface LocatedRange {
  readonly events: bigint;
  readonly segments: AsyncIterable<Segment>;
}

function* naturals(): Generator<number> {
  for (let n = 0; ; n += 1) yield n;
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
    const ahead = lookAhead(right.roundTripMs, right.eventsPerRead);
    this.#rightDigests = new DigestSeries((index) => this.#digestRight(index), ahead);
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
    const ranges = mapAhead(naturals(), RANGES_AHEAD, (index) => this.#locate(locator, index));
    for await (const range of ranges) {
      if (range === undefined) break;
      for await (const segment of range.segments) {
        if (this.#log.total >= maxDiffs) return false;
        this.#log.add(segment);
      }
      onRange(range.events);
    }
    return true;
  }

  async #locate(locator: Locator, index: number): Promise<LocatedRange | undefined> {
    const pair = await this.#digests(index);
    if (pair === undefined) return undefined;
    return { events: larger(pair.left.count, pair.right.count), segments: locator.locate(pair) };
  }

  /**
   * The digests of one range in both tables. The last range may be shorter than that of the left table, which
   * is shared with other comparisons.
   */
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
