import { unseen } from '../../common/unseen.js';
import { type IdRange, idCount } from '../../events/id-range.js';
import { dividedUp } from './cut-ids.js';
import type { DigestedRange } from './digest-series.js';

/** A table whose session remembers up to where it has digested it. */
export interface WalkReader {
  /** Events that one question digests, at most. */
  readonly eventsPerRead: bigint;
  /** Digests the first events of a range; `range` of the result says up to where these are all. */
  beginWalk(range: IdRange): Promise<DigestedRange>;
  /**
   * Digests the first events, up to the id `to`, behind those of the question before it, whose answer need
   * not be known.
   * @returns undefined when the server could not do it then, or remembers nothing.
   */
  continueWalk(to: bigint): Promise<DigestedRange | undefined>;
}

/**
 * Digests a range piece by piece, in the order of the ids. `ahead` more questions are under way behind the
 * one whose answer is awaited: on a long way the server does not wait for them. An answer that does not begin
 * where the one before it ended, because something came between, is dropped with those behind it, and the
 * walk begins there anew.
 */
export async function* walkRanges(
  reader: WalkReader,
  { from, to }: IdRange,
  ahead: number,
): AsyncGenerator<DigestedRange, undefined> {
  let asked: Promise<DigestedRange | undefined>[] = [];
  for (let next = from; next <= to; ) {
    if (asked.length === 0) asked.push(unseen(reader.beginWalk({ from: next, to })));
    // So many questions come to the end of the range however dense the ids are.
    const enough = dividedUp(idCount({ from: next, to }), reader.eventsPerRead);
    while (asked.length <= ahead && asked.length < enough) asked.push(unseen(reader.continueWalk(to)));
    const digested = await asked.shift();
    if (digested?.range.from === next) {
      yield digested;
      next = digested.range.to + 1n;
    } else asked = [];
  }
}
