/** Why to look again. `settled`: more missing ids are known to be final. */
// @ts-nocheck

export type WakeUpCause = 'notification' | 'timer' | 'connect' | 'settled';

/**
 * Counts the reasons to look again: notifications, ticks of the timer, reconnects. A wake-up carries no data;
 * many at once cause one look.
 */
export class WakeUps {
  #count = 0;
  #lastCause: WakeUpCause = 'connect';
  #waiting: (() => void)[] = [];
  readonly #listeners: (() => void)[] = [];

  /** Calls `listener` at each notification, before waiting code goes on. */
  onNotification(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Wake-ups so far. */
  get count(): number {
    return this.#count;
  }

  /** Cause of the last wake-up. */
  get lastCause(): WakeUpCause {
    return this.#lastCause;
  }

  signal(cause: WakeUpCause): void {
    this.#count += 1;
    this.#lastCause = cause;
    if (cause === 'notification') for (const listener of this.#listeners) listener();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Signals by the clock, until disposed of. */
  signalEvery(intervalMs: number): Disposable {
    const timer = setInterval(() => this.signal('timer'), intervalMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Resolves as soon as there has been a wake-up beyond the first `seen`. */
  async beyond(seen: number): Promise<void> {
    while (this.#count <= seen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
