// @ts-nocheck
import type { ReplicatorConfig } from '../../../src/config/replicator-config.js';
import { Replicator } from '../../../src/replicate/replicator.js';
import { LogRecords } from './log-records.js';

/** A replicator that runs in this process until it is stopped or disposed of. */
export class RunningReplicator implements AsyncDisposable {
  readonly log = new LogRecords();
  readonly replicator: Replicator;
  readonly #stopping = new AbortController();
  readonly #outcome: Promise<unknown>;

  constructor(config: ReplicatorConfig, { once = false, standby = false } = {}) {
    this.replicator = new Replicator(config, {
      log: this.log.logger,
      stop: this.#stopping.signal,
      once,
      standby,
    });
    this.#outcome = this.replicator.run().then(
      () => undefined,
      (error: unknown) => {
        this.log.failure = error;
        return error;
      },
    );
  }

  /** Waits for its end. @throws what ended it. */
  async ended(): Promise<void> {
    const failure = await this.#outcome;
    if (failure !== undefined) throw failure;
  }

  /** Waits for its end. @returns what ended it; undefined after an orderly end. */
  failure(): Promise<unknown> {
    return this.#outcome;
  }

  /** As ^C does. @throws what had ended it before. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped by the test'));
    await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error('the test is over'));
    await this.#outcome;
    await this.replicator[Symbol.asyncDispose]();
  }
}
