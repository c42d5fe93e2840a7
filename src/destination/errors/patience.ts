import { LookAgainError } from '../../common/look-again-error.js';
import { type Reaction, reactionTo } from './retry-or-stop.js';

/** How often an error that may pass is met at the same place before it counts as one that never passes. */
const ATTEMPTS = 7;

/** How often a destination is looked at again because of what a write met there. */
const RECHECKS = 1;

/** Errors that may pass and are further apart than this have nothing to do with each other. */
const FORGET_MS = 3_600_000;

/**
 * Decides when trying again has no use. It counts the errors that may pass since the last progress: as long
 * as the place is the same, nothing was gained by trying.
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
   * What to do about an error.
   * @param place how far the work had come; absent: there is but one place.
   */
  reactionTo(error: unknown, place?: string): Exclude<Reaction, 'retry a few times'> {
    const reaction = reactionTo(error);
    const isElsewhere = place !== this.#place;
    if (isElsewhere) this.#rechecks = 0;
    if (isElsewhere || this.#now() - this.#lastMs > FORGET_MS) this.#attempts = 0;
    this.#place = place;
    this.#lastMs = this.#now();
    // A source may change again before this destination has come any further.
    const isSourceChange = error instanceof LookAgainError && error.concernsSource;
    if (reaction === 'recheck' && !isSourceChange) return ++this.#rechecks > RECHECKS ? 'stop' : 'recheck';
    if (reaction !== 'retry a few times' && !isSourceChange) return reaction;
    if (++this.#attempts >= ATTEMPTS) return 'stop';
    return isSourceChange ? 'recheck' : 'retry';
  }
}
