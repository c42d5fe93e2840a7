/**
 * Puts the stages together: one source, a pool of writing threads, any number of destinations. The main
 * thread holds the LISTEN session, finds out what each destination is missing, and lends it batches. The pool
 * writes them.
 */
import { assert } from '../common/assert.js';
import { orAborted } from '../common/or-aborted.js';
import { unseen } from '../common/unseen.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { lanesByServer } from '../destination/copy/server-lanes.js';
import { Destination } from '../destination/destination.js';
import type { DestinationContext } from '../destination/destination-context.js';
import { Patience } from '../destination/errors/patience.js';
import type { RunOptions } from '../destination/run-options.js';
import type { Shares } from '../destination/sharing.js';
import { type Log, type SourceLog, sourceLog } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import { DatabaseRegistry } from '../schema/identity.js';
import { EventSource } from '../source/event-source.js';
import { Hearing } from '../source/hearing.js';
import { keepListening } from '../source/keep-listening.js';
import { retrying } from '../source/retry.js';
import { SourceNotices } from '../source/source-notices.js';
import { WakeUps } from '../source/wake-ups.js';
import { WritePool } from '../threads/write-pool.js';
import { DestinationRuns } from './destination-runs.js';
import { Ending } from './ending.js';
import { oneErrorOf } from './failures.js';
import { startLiveRecords } from './live-records.js';
import { logValidated } from './log-validated.js';
import { lookAtSource } from './look-at-source.js';
import { describeRoom, refuseWithoutRoom } from './refuse-without-room.js';
import { askForRoom } from './server-room.js';
import { sessionNeeds } from './session-needs.js';
import { sessionsFor } from './sessions.js';
import { StartBarrier } from './start-barrier.js';

export interface ReplicateOptions {
  readonly log: Log;
  /** Aborted when the process should end. */
  readonly stop: AbortSignal;
  /** Copy what is missing now, then end. */
  readonly once: boolean;
  /** Wait for another writer to end instead of refusing to start. */
  readonly standby: boolean;
  readonly onWritten?: DestinationContext['onWritten'];
}

export class Replicator implements AsyncDisposable {
  readonly #config: ReplicatorConfig;
  readonly #options: ReplicateOptions;
  readonly #sessions: ReturnType<typeof sessionsFor>;
  readonly #ending: Ending;
  readonly #sourceLog: SourceLog;
  readonly #notices: SourceNotices;
  readonly wakeUps = new WakeUps();
  readonly hearing = new Hearing();
  readonly #registry = new DatabaseRegistry();
  readonly #pool: WritePool;
  readonly #lanesOf: ReturnType<typeof lanesByServer>;
  readonly source: EventSource;
  readonly destinations: readonly Destination[];

  constructor(config: ReplicatorConfig, options: ReplicateOptions) {
    this.#config = config;
    this.#options = options;
    this.#sourceLog = sourceLog(options.log, nameOf(config.eventSource));
    this.#notices = new SourceNotices(this.#sourceLog, config.standbyPollIntervalMs);
    this.#sessions = sessionsFor(config);
    this.#ending = new Ending(options.stop, () => this.#longestRoundTripMs);
    this.#pool = new WritePool({
      threads: Math.min(config.threads, config.replicationDestinations.length),
      onError: (error) => this.#ending.halt(error),
      onTrouble: ({ warning, database, reason }) => options.log.write(warning, { database, err: reason }),
    });
    this.#lanesOf = lanesByServer(config.lanes);
    this.source = this.#newSource();
    this.destinations = config.replicationDestinations.map((params, index) =>
      this.#newDestination(params, index),
    );
  }

  /**
   * Replicates until stopped, or with `once` until everything that was there at the start has been copied.
   * Afterwards `destinations` hold what was copied.
   * @throws with `onError: 'exit'`, the first failure, together with others of the start. Otherwise, if
   *   destinations were stopped, the reasons for that.
   */
  async run(): Promise<void> {
    try {
      await this.#replicate();
    } catch (error) {
      if (!this.#options.stop.aborted) throw error;
    }
  }

  async #replicate(): Promise<void> {
    for (const destination of this.destinations) destination.connectAhead().catch(() => {});
    const looking = unseen(this.#lookAtSource());
    await this.#makeSureOfRoom();
    const until = await looking;
    const listening = this.#options.once ? Promise.resolve() : this.#ending.haltOnFailure(this.#listen());
    using _polling = this.wakeUps.signalEvery(this.#config.pollIntervalMs);
    using _records = startLiveRecords({
      log: this.#options.log,
      source: this.source,
      destinations: this.destinations,
      logIntervalMs: this.#config.logIntervalMs,
    });
    const allTogether = this.#config.onError === 'exit' && !this.#options.standby;
    const barrier = new StartBarrier(allTogether ? this.destinations.map(({ context }) => context.name) : []);
    const options = this.#runOptions(until, barrier);
    const runs = new DestinationRuns(this.#ending, barrier);
    await Promise.all(this.destinations.map((each) => runs.run(each, options)));
    this.#ending.finish();
    await listening.catch(() => {});
    this.#ending.throwIfHalted();
    this.#throwWhatStopped();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.finish();
    await this.#pool.stop();
    await this.source[Symbol.asyncDispose]();
    this.#ending.dropAll();
  }

  get #longestRoundTripMs(): number {
    return Math.max(...this.destinations.map(({ roundTripMs }) => roundTripMs));
  }

  /** @throws the reasons why destinations were stopped, if any were. */
  #throwWhatStopped(): void {
    const failures = this.destinations.flatMap(({ context, failure }) =>
      failure === undefined ? [] : [{ destination: context.name, error: failure }],
    );
    if (failures.length > 0) throw oneErrorOf(failures);
  }

  #newSource(): EventSource {
    return new EventSource({
      session: this.#sessions.reader,
      maxEvents: this.#config.maxEventsPerWrite,
      budgetBytes: this.#config.memoryBudgetBytes,
      wakeUps: this.wakeUps,
      log: this.#sourceLog,
      end: this.#ending.end,
      isWanted: (after) =>
        this.destinations.some(({ nextAfter }) => nextAfter !== undefined && nextAfter <= after),
    });
  }

  #newDestination(params: ConnectionParams, index: number): Destination {
    return new Destination({
      name: nameOf(params),
      index,
      session: this.#sessions.writer(params),
      control: this.#sessions.control(params),
      connectsAhead: this.#options.standby !== true,
      lanes: this.#config.lanes,
      serverLanes: this.#lanesOf(params),
      deferIndexes: this.#config.deferIndexes,
      pollIntervalMs: this.#config.pollIntervalMs,
      source: this.source,
      wakeUps: this.wakeUps,
      pool: this.#pool,
      log: this.#options.log,
      onWritten: this.#options.onWritten,
      end: this.#ending.end,
    });
  }

  /** @throws OperatorError if servers have too little room for the sessions of this run. */
  async #makeSureOfRoom(): Promise<void> {
    const needs = sessionNeeds(this.#config, this.#options);
    const sessions = {
      source: { ask: <T>(work: (connection: Connection) => Promise<T>) => this.source.askBriefly(work) },
      ofDestination: (params: ConnectionParams) => this.#connectAhead(params),
    };
    const rooms = await askForRoom(needs, sessions, this.#ending.stop);
    for (const room of rooms) this.#options.log.write('sessions needed', describeRoom(room));
    refuseWithoutRoom(rooms, this.#mayWait, this.#options.log);
  }

  async #connectAhead(params: ConnectionParams): Promise<Connection> {
    const destination = this.destinations.find(({ context }) => context.control.params === params);
    assert(destination !== undefined, 'This destination is not configured.');
    return destination.connectAhead();
  }

  /** @returns with `once`, the id to copy up to: the end of what is there now. */
  #lookAtSource(): Promise<bigint | undefined> {
    return retrying({ ...this.#retry, doing: 'look at the source' }, async () => {
      const { lastId } = await lookAtSource(this.source, this.#registry, {
        log: this.#sourceLog,
        notices: this.#notices,
      });
      return this.#options.once ? (lastId ?? 0n) : undefined;
    });
  }

  #listen(): Promise<never> {
    return keepListening({
      ...this.#retry,
      session: this.#sessions.listener,
      notices: this.#notices,
      hearing: this.hearing,
      standbyPollIntervalMs: this.#config.standbyPollIntervalMs,
      wakeUps: this.wakeUps,
      end: this.#ending.end,
    });
  }

  get #mayWait(): boolean {
    return this.#config.onError === 'retry' && !this.#options.once;
  }

  get #retry() {
    const patience = new Patience();
    const mayRetry = (error: unknown) => this.#mayWait && patience.reactionTo(error) !== 'stop';
    return { log: this.#sourceLog, stop: this.#ending.stop, mayRetry };
  }

  #runOptions(until: bigint | undefined, barrier: StartBarrier): RunOptions {
    return {
      stop: this.#ending.stop,
      onError: this.#config.onError,
      sharing: this.#options.standby ? this.#shares : undefined,
      until,
      onConnected: (connection) => this.#registry.register(connection),
      beforeCopying: async (name, validated) => {
        logValidated(this.#options.log, name, validated);
        await orAborted(barrier.arrive(name), this.#ending.stop);
      },
      onHeld: (name) => void barrier.arrive(name),
    };
  }

  get #shares(): Shares {
    return {
      held: () => this.destinations.filter(({ isHeld }) => isHeld).length,
      total: this.destinations.length,
    };
  }
}
