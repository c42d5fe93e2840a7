/**
 * Lets everybody wait until all have arrived; later comers pass. When one has failed, nobody passes any more.
 */
export class StartBarrier {
  #missing: number;
  #open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  #complete: () => void = () => {};
  /** Resolves when everybody has arrived or failed. */
  readonly complete = new Promise<void>((resolve) => {
    this.#complete = resolve;
  });

  constructor(parties: number) {
    this.#missing = parties;
    if (parties === 0) this.#complete();
  }

  /** Resolves when all have arrived. */
  arrive(): Promise<void> {
    this.#count();
    return this.#opened;
  }

  /** Says that one of those who are waited for will not arrive. */
  fail(): void {
    this.#open = () => {};
    this.#count();
  }

  #count(): void {
    this.#missing -= 1;
    if (this.#missing > 0) return;
    this.#complete();
    this.#open();
  }
}
