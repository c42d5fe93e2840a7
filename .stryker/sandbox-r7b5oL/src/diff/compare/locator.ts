// @ts-nocheck
import { unseen } from '../../common/unseen.js';
import { type IdRange, idCount } from '../../events/id-range.js';
import { hull, split } from '../tables/cut-ids.js';
import { type RangeDigest, type RangeReader, sameDigest } from '../tables/range-digest.js';
import { begun, mapAhead } from './ahead.js';
import { compareRows } from './compare-rows.js';
import type { Segment } from './difference.js';

/** How many parts a differing range is cut into. Two levels lead from 50,000 events to a few hundred. */
const PARTS = 16n;
/** Ranges with up to this many events are fetched, not cut further. */
const FEW_EVENTS = 4_000n;
/** The same limit if everything has differed so far: cutting would only digest the events once more. */
const MANY_EVENTS = 50_000n;

/** How many further differing parts are read in advance. Each may hold events in memory. */
const PARTS_AHEAD = 3;

/** The same range in both tables. */
export interface DigestPair {
  readonly left: RangeDigest;
  readonly right: RangeDigest;
}

/** Narrows ranges that differ down to the events that do. */
export class Locator {
  readonly #left: RangeReader;
  readonly #right: RangeReader;
  #fetchAtOnce = FEW_EVENTS;

  constructor(left: RangeReader, right: RangeReader) {
    this.#left = left;
    this.#right = right;
  }

  /** Yields how the events of a range differ, in the order of ids. Sends its queries at once. */
  locate(pair: DigestPair): AsyncGenerator<Segment> {
    return begun(this.#locate(pair));
  }

  async *#locate({ left, right }: DigestPair): AsyncGenerator<Segment> {
    const ids = hull([left.ids, right.ids]);
    if (ids === undefined) return;
    if (sameDigest(left, right)) yield { kind: 'equal', ...ids, count: left.count };
    else if (right.count === 0n) yield { kind: 'missingRight', ...ids, count: left.count };
    else if (left.count === 0n) yield { kind: 'missingLeft', ...ids, count: right.count };
    else if (this.#isWorthFetching(ids, left.count + right.count)) yield* this.#compareRows(ids);
    else yield* this.#locateParts(ids);
  }

  async *#locateParts(ids: IdRange): AsyncGenerator<Segment> {
    const parts = split(ids, PARTS).map((part) => unseen(this.#digest(part)));
    const locating = mapAhead(parts, PARTS_AHEAD, async (part) => this.locate(await part));
    for await (const segments of locating) yield* segments;
  }

  #isWorthFetching(ids: IdRange, events: bigint): boolean {
    return events <= 2n * this.#fetchAtOnce || idCount(ids) <= this.#fetchAtOnce;
  }

  async *#compareRows(ids: IdRange): AsyncGenerator<Segment> {
    const [left, right] = await Promise.all([this.#left.rows(ids), this.#right.rows(ids)]);
    let equal = 0;
    for (const segment of compareRows(left, right)) {
      if (segment.kind === 'equal') equal += 1;
      yield segment;
    }
    this.#fetchAtOnce = equal < left.length / 2 ? MANY_EVENTS : FEW_EVENTS;
  }

  async #digest(range: IdRange): Promise<DigestPair> {
    const [left, right] = await Promise.all([this.#left.digest(range), this.#right.digest(range)]);
    return { left, right };
  }
}
