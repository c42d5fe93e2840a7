/**
 * Growing, jittered pauses between attempts: 0.1 s, doubled each time, at most 30 s, each between half and
 * all of it.
 */
// @ts-nocheck

export class BackOff {
  #attempts = 0;

  /** Milliseconds to wait before the next attempt. */
  nextMs(): number {
    const ceiling = Math.min(30_000, 100 * 2 ** this.#attempts);
    this.#attempts += 1;
    return ceiling * (0.5 + Math.random() / 2);
  }

  /** After a success: the next pause is short again. */
  reset(): void {
    this.#attempts = 0;
  }
}
