/**
 * How a run ends, in two steps. `stop` is aborted first, by the operator or by a failure: nothing new begins,
 * and what is under way may finish. Some time later `end` is aborted. It drops every session of this thread,
 * whatever it waits for.
 */
import { setMaxListeners } from 'node:events';

/** How long sessions may take to end by themselves after a stop… */
const GRACE_MS = 800;
/**
 * …plus this many round trips to the farthest destination: its server is asked which sessions write there,
 * and ends them.
 */
const GRACE_ROUND_TRIPS = 3;

/** Reason of an abort when the run is done. */
const FINISHED = new Error('finished');

export class Ending {
  readonly stop: AbortSignal;
  readonly #halt = new AbortController();
  readonly #end = new AbortController();

  /**
   * @param longestRoundTripMs the round trip to the farthest destination, read at the stop.
   * @param graceMs how long sessions may take to end by themselves.
   */
  constructor(asked: AbortSignal, longestRoundTripMs: () => number, graceMs = GRACE_MS) {
    this.stop = AbortSignal.any([asked, this.#halt.signal]);
    // Each destination, session, pause and read has a listener on these signals.
    setMaxListeners(0, this.stop, this.end);
    this.stop.addEventListener('abort', () => {
      setTimeout(() => this.#end.abort(), graceMs + GRACE_ROUND_TRIPS * longestRoundTripMs()).unref();
    });
  }

  get end(): AbortSignal {
    return this.#end.signal;
  }

  /** Stops everything in an orderly way. */
  halt(reason: unknown): void {
    this.#halt.abort(reason);
  }

  /** Stops everything because all is done. */
  finish(): void {
    this.#halt.abort(FINISHED);
  }

  /** Drops every session now. */
  dropAll(): void {
    this.#end.abort();
  }

  /** Stops everything, in an orderly way, if `running` fails. */
  async haltOnFailure(running: Promise<void>): Promise<void> {
    await running.catch((error) => {
      if (!this.stop.aborted) this.halt(error);
    });
  }

  /** @throws the reason of the halt, unless all is done. */
  throwIfHalted(): void {
    if (this.#halt.signal.reason !== FINISHED) throw this.#halt.signal.reason;
  }
}
