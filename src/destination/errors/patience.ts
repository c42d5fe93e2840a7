import { LookAgainError } from '../../common/look-again-error.js';
import { type Reaction, reactionTo } from './retry-or-stop.js';

/** After this many errors without progress, an error that may pass counts as one that never passes. */
const ATTEMPTS = 7;

/** How many validations without progress an error of a write may cause. */
const RECHECKS = 1;

/** Errors that are further apart than this are counted separately. */
const FORGET_MS = 3_600_000;

/**
 * Decides when to stop trying. It counts the errors since the last progress; as long as `place` is the same,
 * there was none.
 */
export class Patience {
  #place: string | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #attempts = 0;
  #rechecks = 0;
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Decides what to do about an error.
   * @param place identifies the progress of the work. Absent if there is none to speak of.
   */
  reactionTo(error: unknown, place?: string): Exclude<Reaction, 'retry a few times'> {
    const reaction = reactionTo(error);
    const isElsewhere = place !== this.#place;
    if (isElsewhere) this.#rechecks = 0;
    if (isElsewhere || this.#now() - this.#lastMs > FORGET_MS) this.#attempts = 0;
    this.#place = place;
    this.#lastMs = this.#now();
    // A source may change again before this destination has made progress.
    const isSourceChange = error instanceof LookAgainError && error.concernsSource;
    if (reaction === 'recheck' && !isSourceChange) return ++this.#rechecks > RECHECKS ? 'stop' : 'recheck';
    if (reaction !== 'retry a few times' && !isSourceChange) return reaction;
    if (++this.#attempts >= ATTEMPTS) return 'stop';
    return isSourceChange ? 'recheck' : 'retry';
  }
}
