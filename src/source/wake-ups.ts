/** "Look again": a notification, a timer tick, a reconnect. Carries no data; many at once count as one look. */
export class WakeUps {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Wake-ups so far. */
  get count(): number {
    return this.#count;
  }

  signal(): void {
    this.#count += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Resolves as soon as there has been a wake-up beyond the first `seen`. */
  async beyond(seen: number): Promise<void> {
    while (this.#count <= seen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
