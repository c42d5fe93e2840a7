import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import type { Destination } from '../destination/destination.js';
import type { RunOptions } from '../destination/run-options.js';
import type { Ending } from './ending.js';
import { type Failure, oneErrorOf } from './failures.js';
import type { StartBarrier } from './start-barrier.js';

/** How long a start that has failed waits for the errors of other destinations. */
const OTHERS_MS = 5_000;

/** Runs destinations, and halts everything when one of them throws. */
export class DestinationRuns {
  readonly #ending: Ending;
  readonly #barrier: StartBarrier;
  readonly #failures: Failure[] = [];

  constructor(ending: Ending, barrier: StartBarrier) {
    this.#ending = ending;
    this.#barrier = barrier;
  }

  /**
   * Runs one destination. If it fails before all destinations were validated, this waits for the others, so
   * that one error names everything that must be mended.
   */
  async run(destination: Destination, options: RunOptions): Promise<void> {
    try {
      await destination.run(options);
      // It may have been stopped before it was validated.
      void this.#barrier.arrive(destination.context.name);
    } catch (error) {
      if (options.stop.aborted) return;
      const { name } = destination.context;
      this.#failures.push({ destination: name, error });
      this.#barrier.fail(name);
      using others = new Deadline(OTHERS_MS, { or: this.#ending.stop });
      await orAborted(this.#barrier.complete, others.signal).catch(() => {});
      this.#ending.halt(oneErrorOf(this.#failures));
    }
  }
}
