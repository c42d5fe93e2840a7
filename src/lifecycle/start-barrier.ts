/** Lets everybody wait until all have arrived; later comers pass. */
export class StartBarrier {
  #missing: number;
  #open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(parties: number) {
    this.#missing = parties;
  }

  arrive(): Promise<void> {
    this.#missing -= 1;
    if (this.#missing <= 0) this.#open();
    return this.#opened;
  }
}
