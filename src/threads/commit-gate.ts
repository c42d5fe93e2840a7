/**
 * Makes the lanes of a destination commit in id order. Lanes copy their batches at the same time, each in its
 * own transaction; the one with ticket n may commit once all tickets below n have. One gate serves one run;
 * when anything fails, the gate closes and whoever still waits rolls back.
 *
 * Two int64 cells in shared memory: how many tickets have committed (500 a second would overflow an int32 in
 * seven weeks), and whether the gate is closed. The worker side waits with `Atomics.waitAsync`, so its thread
 * goes on serving other destinations.
 */
const COMMITTED = 0;
const CLOSED = 1;

export class CommitGate {
  readonly cells: SharedArrayBuffer;
  readonly #view: BigInt64Array<SharedArrayBuffer>;

  constructor(cells = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.cells = cells;
    this.#view = new BigInt64Array(cells);
  }

  /** Opens the gate for the next ticket. */
  committed(ticket: bigint): void {
    Atomics.store(this.#view, COMMITTED, ticket + 1n);
    Atomics.notify(this.#view, COMMITTED);
  }

  /** Nobody commits any more. */
  close(): void {
    Atomics.store(this.#view, CLOSED, 1n);
    Atomics.notify(this.#view, CLOSED);
    Atomics.notify(this.#view, COMMITTED);
  }

  get isClosed(): boolean {
    return Atomics.load(this.#view, CLOSED) === 1n;
  }

  /** @returns true when `ticket` may commit, false when the gate is closed. */
  async mayCommit(ticket: bigint): Promise<boolean> {
    while (!this.isClosed) {
      const committed = Atomics.load(this.#view, COMMITTED);
      if (committed >= ticket) return true;
      await Atomics.waitAsync(this.#view, COMMITTED, committed).value;
    }
    return false;
  }

  /** Resolves when the gate is closed. It never rejects, and may never resolve. */
  async closed(): Promise<void> {
    while (!this.isClosed) await Atomics.waitAsync(this.#view, CLOSED, 0n).value;
  }
}
