/** After this time an estimate gives way to a newer one, even if the newer one is less exact. */
const KEEP_MS = 60_000;

/**
 * Estimates the clock of the source from the answers to queries. The estimate is wrong by half of the
 * shortest round trip of the last minute at most. It builds on a clock of this process that never goes back.
 */
export class SourceClock {
  #offsetMs: number | undefined;
  #roundTripMs = Number.POSITIVE_INFINITY;
  #learnedAtMs = 0;

  /**
   * Learns from one answer.
   * @param sourceMs the source's clock in it, in milliseconds since 1970.
   * @param sentAtMs when it was asked, and @param receivedAtMs when it answered, by `performance.now()`.
   */
  learn(sourceMs: number, { sentAtMs, receivedAtMs }: { sentAtMs: number; receivedAtMs: number }): void {
    const roundTripMs = receivedAtMs - sentAtMs;
    if (roundTripMs > this.#roundTripMs && receivedAtMs - this.#learnedAtMs < KEEP_MS) return;
    this.#offsetMs = sourceMs - (sentAtMs + receivedAtMs) / 2;
    this.#roundTripMs = roundTripMs;
    this.#learnedAtMs = receivedAtMs;
  }

  /**
   * The time at the source, in milliseconds since 1970; undefined before the first answer.
   * @param nowMs by `performance.now()`.
   */
  at(nowMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : nowMs + this.#offsetMs;
  }
}
