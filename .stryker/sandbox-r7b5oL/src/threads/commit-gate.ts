/**
 * Makes the lanes of a destination commit in id order. Lanes copy their batches at the same time, each in its
 * own transaction. The lane with ticket n may commit once all tickets below n have committed. One gate serves
 * one run. When anything fails, the gate closes, and every lane that still waits rolls back.
 *
 * The gate is two int64 cells in shared memory: how many tickets have committed, and whether the gate is
 * closed. (500 commits a second would overflow an int32 in seven weeks.) A worker waits with
 * `Atomics.waitAsync`, so that its thread goes on serving other destinations.
 */
// @ts-nocheck

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

  /** Closes the gate: from now on no ticket may commit. */
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

  /** Resolves when the gate is closed, which may be never. Does not reject. */
  async closed(): Promise<void> {
    while (!this.isClosed) await Atomics.waitAsync(this.#view, CLOSED, 0n).value;
  }
}
