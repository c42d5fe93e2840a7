/**
 * The writes of one run to one destination: up to `lanes` at a time, committed in order. The first one that fails
 * closes the gate; those behind it roll back, and the run is over.
 */
import { CommitGate } from '../batch/commit-gate.js';
import type { WriteSuccess, WriteTask } from '../batch/write-task.js';
import { orAborted } from '../lifecycle/or-aborted.js';
import type { ServerLanes } from './server-lanes.js';
import { WriteError } from './write-pool.js';

/** A write without what this class adds to it. */
export type PlannedWrite = (place: { gate: SharedArrayBuffer; ticket: bigint; lane: number }) => WriteTask;

export interface OrderedWritesOptions {
  readonly lanes: number;
  /** Those of all destinations on the same server. */
  readonly server: ServerLanes;
  readonly write: (task: WriteTask) => Promise<WriteSuccess>;
  /** Aborted: nothing waits for a lane any more, however slow its write is. */
  readonly stop: AbortSignal;
}

export class OrderedWrites {
  readonly #options: OrderedWritesOptions;
  readonly #gate = new CommitGate();
  readonly #freeLanes: number[];
  readonly #running = new Set<Promise<void>>();
  #ticket = 0n;
  #failure: Error | undefined;
  readonly #failed = new AbortController();

  constructor(options: OrderedWritesOptions) {
    this.#options = options;
    this.#freeLanes = Array.from({ length: options.lanes }, (_, lane) => lane).reverse();
  }

  /** Writes under way. */
  get inFlight(): number {
    return this.#running.size;
  }

  /** Aborted when a write has failed. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /**
   * Starts a write as soon as a lane is free. `done` runs when it is committed, `settled` in any case.
   * @throws the first failure, or the reason of the stop.
   */
  async submit(
    plan: PlannedWrite,
    on: { done: (written: WriteSuccess) => void; settled: () => void },
  ): Promise<void> {
    try {
      while (!this.#mayStart() && this.#failure === undefined)
        await orAborted(Promise.race(this.#running), this.#options.stop);
      if (this.#failure !== undefined) throw this.#failure;
    } catch (error) {
      on.settled();
      throw error;
    }
    const lane = this.#freeLanes.pop() ?? 0;
    const running = this.#write(plan, lane, on).finally(() => {
      this.#running.delete(running);
      // Only now: whoever hears of it must see that this write is not in flight any more.
      on.settled();
    });
    this.#running.add(running);
  }

  /** Resolves when all writes submitted are committed. @throws the first failure. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Closes the gate: what is not committed rolls back. Resolves when nothing is under way. Idempotent. */
  async close(): Promise<void> {
    this.#gate.close();
    await Promise.all(this.#running);
  }

  #mayStart(): boolean {
    return this.#freeLanes.length > 0 && this.#options.server.mayStart(this.inFlight);
  }

  async #write(
    plan: PlannedWrite,
    lane: number,
    on: { done: (written: WriteSuccess) => void; settled: () => void },
  ): Promise<void> {
    const ticket = this.#ticket;
    this.#ticket += 1n;
    try {
      const { server, write } = this.#options;
      on.done(await server.during(write(plan({ gate: this.#gate.cells, ticket, lane }))));
      this.#freeLanes.push(lane);
      // The lowest lane is taken first, so that the sessions of others become idle and are closed.
      this.#freeLanes.sort((a, b) => b - a);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Keeps the first error that says something: a lane that was closed says only that another one failed. */
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
