import type { ReplicatorConfig } from '../../../src/config/replicator-config.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { type Monitoring, monitoringFor } from '../../../src/replicate/monitoring.js';
import { Replicator } from '../../../src/replicate/replicator.js';
import { until } from '../until.js';
import { LogRecords } from './log-records.js';

/** A replicator that runs in this process until it is stopped or disposed of. */
export class RunningReplicator implements AsyncDisposable {
  readonly log = new LogRecords();
  readonly replicator: Replicator;
  readonly #monitoring: Monitoring | undefined;
  readonly #stopping = new AbortController();
  readonly #outcome: Promise<unknown>;

  readonly #config: ReplicatorConfig;

  constructor(config: ReplicatorConfig, { once = false, standby = false } = {}) {
    this.#config = config;
    this.#monitoring = monitoringFor(config, this.log.logger);
    this.replicator = new Replicator(config, {
      log: this.log.logger,
      ...this.#monitoring?.options,
      stop: this.#stopping.signal,
      once,
      standby,
    });
    this.#outcome = this.#run().then(
      () => undefined,
      (error: unknown) => {
        this.log.failure = error;
        return error;
      },
    );
  }

  /** Address of its HTTP server, as soon as it listens. */
  async url(): Promise<string> {
    await until('it was served', () => {
      if (this.log.failure !== undefined) throw this.log.failure;
      return this.#monitoring?.url !== undefined;
    });
    return this.#monitoring?.url ?? '';
  }

  /** Asks its HTTP server. @param path without a slash at its beginning. */
  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${await this.url()}${path}`, init);
  }

  /** As SIGHUP does after the destinations in the configuration file were changed. */
  reload(replicationDestinations: readonly ConnectionParams[]): Promise<void> {
    return this.replicator.reload({ ...this.#config, replicationDestinations });
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
    this.#monitoring?.[Symbol.dispose]();
  }

  async #run(): Promise<void> {
    await this.#monitoring?.start(this.replicator);
    await this.replicator.run();
  }
}
