/**
 * The writes of one run to one destination, committed in order. The first write that fails closes the gate.
 * Later writes then roll back, and the run is over.
 */
// @ts-nocheck


import { orAborted } from '../../common/or-aborted.js';
import { CommitGate } from '../../threads/commit-gate.js';
import type { WriteSuccess, WriteTask } from '../../threads/messages.js';
import { WriteError } from '../../threads/write-pool.js';
import type { WriteSlots } from './write-slots.js';

/** Makes a write task from what this class adds: gate, ticket and lane. */
export type PlannedWrite = (place: { gate: SharedArrayBuffer; ticket: bigint; lane: number }) => WriteTask;

/** A write that waits for its turn. */
export interface Submission {
  readonly plan: PlannedWrite;
  readonly bytes: number;
  /** Called when the write is committed. */
  readonly done: (written: WriteSuccess) => void;
  /** Called when the write has ended, committed or not. */
  readonly settled: () => void;
}

export interface OrderedWritesOptions {
  readonly slots: WriteSlots;
  readonly write: (task: WriteTask) => Promise<WriteSuccess>;
  /** Aborted to stop: nothing waits for a slot any more. */
  readonly stop: AbortSignal;
}

export class OrderedWrites {
  readonly #options: OrderedWritesOptions;
  readonly #gate = new CommitGate();
  readonly #running = new Set<Promise<void>>();
  #bytesInFlight = 0;
  #ticket = 0n;
  #failure: Error | undefined;
  readonly #failed = new AbortController();

  constructor(options: OrderedWritesOptions) {
    this.#options = options;
  }

  /** Number of writes that have begun and not ended. */
  get inFlight(): number {
    return this.#running.size;
  }

  /** Aborted when a write has failed. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /**
   * Starts a write as soon as there is a slot for it.
   * @throws the first failure, or the reason of the stop.
   */
  async submit(submission: Submission): Promise<void> {
    try {
      while (!this.#mayStart() && this.#failure === undefined)
        await orAborted(Promise.race(this.#running), this.#options.stop);
      if (this.#failure !== undefined) throw this.#failure;
    } catch (error) {
      submission.settled();
      throw error;
    }
    this.#bytesInFlight += submission.bytes;
    const running = this.#write(submission).finally(() => {
      this.#running.delete(running);
      this.#bytesInFlight -= submission.bytes;
      // Called last: whoever is told must find that this write no longer counts as in flight.
      submission.settled();
    });
    this.#running.add(running);
  }

  /** Resolves when all submitted writes are committed. @throws the first failure. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Closes the gate: uncommitted writes roll back. Resolves when all writes have ended. Idempotent. */
  async close(): Promise<void> {
    this.#gate.close();
    await Promise.all(this.#running);
  }

  #mayStart(): boolean {
    return this.#options.slots.mayStart({ writes: this.inFlight, bytes: this.#bytesInFlight });
  }

  async #write({ plan, done }: Submission): Promise<void> {
    const { slots, write } = this.#options;
    const place = { gate: this.#gate.cells, ticket: this.#ticket, lane: slots.take() };
    this.#ticket += 1n;
    try {
      done(await slots.during(write(plan(place))));
      slots.giveBack(place.lane);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Keeps the first error that is a cause. The error of a closed lane only says that another lane failed. */
  #fail(error: unknown): void {
    const isConsequence = error instanceof WriteError && error.kind === 'closed';
    if (this.#failure === undefined || (this.#failureIsConsequence() && !isConsequence)) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    this.#gate.close();
    this.#failed.abort(this.#failure);
  }

  #failureIsConsequence(): boolean {
    return this.#failure instanceof WriteError && this.#failure.kind === 'closed';
  }
}
