// @ts-nocheck
import { unseen } from '../../common/unseen.js';
import { type IdRange, idCount } from '../../events/id-range.js';
import { dividedUp } from './cut-ids.js';
import type { DigestedRange } from './digest-series.js';

/** A table whose session remembers how far it has been digested. */
export interface WalkReader {
  /** Maximum number of events that one query digests. */
  readonly eventsPerRead: bigint;
  /** Digests the first events of a range. `range` of the result says which ids the digest covers. */
  beginWalk(range: IdRange): Promise<DigestedRange>;
  /**
   * Digests the events that follow those of the query before, up to id `to`. The answer to that query need
   * not have arrived.
   * @returns undefined if the server could not do it at that moment, or remembers nothing.
   */
  continueWalk(to: bigint): Promise<DigestedRange | undefined>;
}

/**
 * Digests a range piece by piece, in the order of the ids. `ahead` further queries are sent before their
 * turn, so that a far server does not idle. If an answer does not begin where the one before it ended,
 * because something came between, it is dropped with all later ones, and the walk begins there anew.
 */
export async function* walkRanges(
  reader: WalkReader,
  { from, to }: IdRange,
  ahead: number,
): AsyncGenerator<DigestedRange, undefined> {
  let asked: Promise<DigestedRange | undefined>[] = [];
  for (let next = from; next <= to; ) {
    if (asked.length === 0) asked.push(unseen(reader.beginWalk({ from: next, to })));
    // This many queries reach the end of the range, however dense the ids are.
    const enough = dividedUp(idCount({ from: next, to }), reader.eventsPerRead);
    while (asked.length <= ahead && asked.length < enough) asked.push(unseen(reader.continueWalk(to)));
    const digested = await asked.shift();
    if (digested?.range.from === next) {
      yield digested;
      next = digested.range.to + 1n;
    } else asked = [];
  }
}
