/**
 * Makes all parties wait until the last has arrived; later ones pass at once. If one fails, nobody passes.
 */
export class StartBarrier {
  readonly #missing: Set<string>;
  #open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  #complete: () => void = () => {};
  /** Resolves when every party has arrived or failed. */
  readonly complete = new Promise<void>((resolve) => {
    this.#complete = resolve;
  });

  /** @param parties names of those that wait for each other. */
  constructor(parties: readonly string[]) {
    this.#missing = new Set(parties);
    this.#count();
  }

  /** Resolves when all have arrived. */
  arrive(party: string): Promise<void> {
    this.#missing.delete(party);
    this.#count();
    return this.#opened;
  }

  /** Marks that one of the parties will not arrive. */
  fail(party: string): void {
    this.#open = () => {};
    this.#missing.delete(party);
    this.#count();
  }

  #count(): void {
    if (this.#missing.size > 0) return;
    this.#complete();
    this.#open();
  }
}
