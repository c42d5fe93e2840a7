/**
 * Makes all parties wait until the last has arrived; later ones pass at once. If one fails, nobody passes.
 */
// @ts-nocheck

export class StartBarrier {
  #missing: number;
  #open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  #complete: () => void = () => {};
  /** Resolves when every party has arrived or failed. */
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

  /** Marks that one of the parties will not arrive. */
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
