// @ts-nocheck
import type { IdRange } from '../../events/id-range.js';

/**
 * How an event can differ. `tsTruncated`: the right `ts` is the left one without its microseconds, as version
 * 0.1.4 wrote it. `ts`: any other difference of `ts`.
 */
export const DIFFERENCE_KINDS = [
  'missingLeft',
  'missingRight',
  'tsTruncated',
  'ts',
  'event',
  'tsAndEvent',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Neighbouring events with the same result. There is no other event between the first and the last. */
export interface Segment extends IdRange {
  readonly kind: DifferenceKind | 'equal';
  readonly count: bigint;
}

/** `count` neighbouring events that differ in the same way. */
export interface DifferenceRange extends Segment {
  readonly kind: DifferenceKind;
}

export type DifferenceCounts = Readonly<Record<DifferenceKind, bigint>>;

/** Collects differences in the order of the ids, joined into few ranges. */
export class DifferenceLog {
  readonly ranges: DifferenceRange[] = [];
  readonly #counts: Record<Segment['kind'], bigint> = {
    equal: 0n,
    missingLeft: 0n,
    missingRight: 0n,
    tsTruncated: 0n,
    ts: 0n,
    event: 0n,
    tsAndEvent: 0n,
  };
  #lastKind: Segment['kind'] | undefined;

  add(segment: Segment): void {
    if (segment.count === 0n) return;
    this.#counts[segment.kind] += segment.count;
    if (isDifference(segment)) this.#addRange(segment);
    this.#lastKind = segment.kind;
  }

  get counts(): DifferenceCounts {
    const { equal: _, ...counts } = this.#counts;
    return counts;
  }

  /** How many events differ. */
  get total(): bigint {
    return DIFFERENCE_KINDS.reduce((sum, kind) => sum + this.#counts[kind], 0n);
  }

  /** How many events were seen in each table. */
  get events(): { readonly left: bigint; readonly right: bigint } {
    const all = this.total + this.#counts.equal;
    return { left: all - this.#counts.missingLeft, right: all - this.#counts.missingRight };
  }

  #addRange(range: DifferenceRange): void {
    const last = this.ranges.at(-1);
    if (last === undefined || this.#lastKind !== range.kind) this.ranges.push(range);
    else this.ranges[this.ranges.length - 1] = { ...last, to: range.to, count: last.count + range.count };
  }
}

function isDifference(segment: Segment): segment is DifferenceRange {
  return segment.kind !== 'equal';
}
