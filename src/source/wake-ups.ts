/** What made us look. `settled`: it is known now which missing ids will not appear. */
export type WakeUpCause = 'notification' | 'timer' | 'connect' | 'settled';

/**
 * "Look again": a notification, a timer tick, a reconnect. Carries no data; many at once count as one look.
 */
export class WakeUps {
  #count = 0;
  #lastCause: WakeUpCause = 'connect';
  #waiting: (() => void)[] = [];
  readonly #listeners: (() => void)[] = [];

  /** From now on called at each notification, before whoever waits goes on. */
  onNotification(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Wake-ups so far. */
  get count(): number {
    return this.#count;
  }

  /** Why we looked last. */
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
