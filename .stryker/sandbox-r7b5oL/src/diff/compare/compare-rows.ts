// @ts-nocheck
import type { RowDigest } from '../tables/range-digest.js';
import type { DifferenceKind, Segment } from './difference.js';

/** Compares two lists of events by ascending id, and yields for every event how it differs. */
export function* compareRows(left: readonly RowDigest[], right: readonly RowDigest[]): Generator<Segment> {
  let next = 0;
  for (const ours of left) {
    let theirs = right[next];
    for (; theirs !== undefined && theirs.id < ours.id; theirs = right[next]) {
      yield segmentOf('missingLeft', theirs);
      next += 1;
    }
    if (theirs?.id === ours.id) {
      yield segmentOf(kindOf(ours, theirs), ours);
      next += 1;
    } else yield segmentOf('missingRight', ours);
  }
  for (const theirs of right.slice(next)) yield segmentOf('missingLeft', theirs);
}

function segmentOf(kind: Segment['kind'], { id }: RowDigest): Segment {
  return { kind, from: id, to: id, count: 1n };
}

function kindOf(left: RowDigest, right: RowDigest): DifferenceKind | 'equal' {
  if (left.event !== right.event) return left.ts === right.ts ? 'event' : 'tsAndEvent';
  if (left.ts === right.ts) return 'equal';
  return right.ts === withoutMicroseconds(left.ts) ? 'tsTruncated' : 'ts';
}

/**
 * Cuts to the millisecond, as a JavaScript Date does. Rounds down, also before 2000, where the number is
 * negative.
 */
function withoutMicroseconds(ts: bigint): bigint {
  const rest = ts % 1000n;
  return ts - (rest < 0n ? rest + 1000n : rest);
}
