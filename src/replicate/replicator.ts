/**
 * Puts the stages together: one source, a pool of writing threads, any number of destinations. The main
 * thread holds the LISTEN session, finds out what each destination is missing, and lends it batches. The pool
 * writes them.
 */
import { orAborted } from '../common/or-aborted.js';
import { unseen } from '../common/unseen.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { lanesByServer } from '../destination/copy/server-lanes.js';
import { Destination } from '../destination/destination.js';
import type { DestinationContext } from '../destination/destination-context.js';
import { Patience } from '../destination/errors/patience.js';
import type { RunOptions } from '../destination/run-options.js';
import { type Log, type SourceLog, sourceLog } from '../log/log.js';
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
import { type DestinationPlace, DestinationSet } from './destination-set.js';
import { Ending } from './ending.js';
import { startLiveRecords } from './live-records.js';
import { logSummary } from './log-summary.js';
import { logValidated } from './log-validated.js';
import { lookAtSource } from './look-at-source.js';
import { makeSureOfRoom } from './make-sure-of-room.js';
import { takeOver } from './reload.js';
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
  readonly #set: DestinationSet;
  readonly source: EventSource;

  constructor(config: ReplicatorConfig, options: ReplicateOptions) {
    this.#config = config;
    this.#options = options;
    this.#sourceLog = sourceLog(options.log, nameOf(config.eventSource));
    this.#notices = new SourceNotices(this.#sourceLog, config.standbyPollIntervalMs);
    this.#sessions = sessionsFor(config);
    this.#ending = new Ending(options.stop, () => this.#set.longestRoundTripMs);
    this.#pool = new WritePool({
      threads: config.threads,
      startedAtOnce: Math.min(config.threads, config.replicationDestinations.length),
      onError: (error) => this.#ending.halt(error),
      onTrouble: ({ warning, database, reason }) => options.log.write(warning, { database, err: reason }),
    });
    this.#lanesOf = lanesByServer(config.lanes);
    this.source = this.#newSource();
    this.#set = new DestinationSet(config.replicationDestinations, {
      ending: this.#ending,
      make: (params, place) => this.#newDestination(params, place),
      onRemoved: (destination) => this.#forget(destination),
    });
  }

  /** The destinations of now, in the order of the configuration. */
  get destinations(): readonly Destination[] {
    return this.#set.all;
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

  /**
   * Takes over the destinations of a configuration that was read again: see `takeOver`.
   * @throws OperatorError without having changed anything.
   */
  async reload(config: ReplicatorConfig): Promise<void> {
    await orAborted(this.#set.begun, this.#ending.stop);
    await takeOver(config, {
      set: this.#set,
      before: this.#config,
      log: this.#options.log,
      makeSureOfRoom: (added) => {
        const { replicationDestinations } = config;
        return this.#makeSureOfRoom({ ...this.#config, replicationDestinations }, added);
      },
    });
  }

  async #replicate(): Promise<void> {
    for (const { context } of this.destinations)
      this.#set.connectAhead(context.controlConnection.params).catch(() => {});
    const looking = unseen(this.#lookAtSource());
    await this.#makeSureOfRoom(this.#config);
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
    const barrier = new StartBarrier(allTogether ? this.#set.activeNames : []);
    const runs = new DestinationRuns(this.#ending, barrier);
    await this.#set.run(runs, this.#runOptions(until, barrier));
    this.#ending.finish();
    await listening.catch(() => {});
    this.#ending.throwIfHalted();
    this.#set.throwWhatStopped();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.finish();
    await this.#pool.stop();
    await this.source[Symbol.asyncDispose]();
    this.#ending.dropAll();
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

  #newDestination(params: ConnectionParams, { index, end }: DestinationPlace): Destination {
    return new Destination({
      name: nameOf(params),
      index,
      workerConnection: this.#sessions.writer(params),
      controlConnection: this.#sessions.control(params),
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
      end,
    });
  }

  #forget(destination: Destination): void {
    logSummary(destination, this.#options.log);
    this.#registry.forget(destination.context.controlConnection.params);
  }

  /** @throws OperatorError if servers have too little room for the sessions of these destinations. */
  #makeSureOfRoom(config: ReplicatorConfig, added?: readonly Destination[]): Promise<void> {
    return makeSureOfRoom({
      config,
      kind: this.#options,
      set: this.#set,
      source: this.source,
      added,
      mayWait: this.#mayWait,
      log: this.#options.log,
      stop: this.#ending.stop,
    });
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
      sharing: this.#options.standby ? this.#set.shares : undefined,
      until,
      onConnected: (connection) => this.#registry.register(connection),
      beforeCopying: async (name, validated) => {
        logValidated(this.#options.log, name, validated);
        await orAborted(barrier.arrive(name), this.#ending.stop);
      },
      onHeld: (name) => void barrier.arrive(name),
    };
  }
}
