/**
 * Puts the stages together: one source, a pool of writing threads, any number of destinations. The main
 * thread holds the LISTEN session, finds out what each destination is missing, and lends it batches. The pool
 * writes them.
 */
import { setMaxListeners } from 'node:events';
import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import { unseen } from '../common/unseen.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { lanesByServer } from '../destination/copy/server-lanes.js';
import { Destination, type RunOptions } from '../destination/destination.js';
import { Patience } from '../destination/errors/patience.js';
import type { Validated } from '../destination/guard/validate.js';
import type { Shares } from '../destination/sharing.js';
import { type Log, type SourceLog, sourceLog } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import { DatabaseRegistry } from '../schema/identity.js';
import { EventSource } from '../source/event-source.js';
import { keepListening } from '../source/keep-listening.js';
import { retrying } from '../source/retry.js';
import { SourceNotices } from '../source/source-notices.js';
import { WakeUps } from '../source/wake-ups.js';
import { WritePool } from '../threads/write-pool.js';
import { type Failure, oneErrorOf } from './failures.js';
import { startLiveRecords } from './live-records.js';
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
}

/** How long sessions may take to end by themselves after a stop… */
const GRACE_MS = 800;
/**
 * …plus this many round trips to the farthest destination: its server is asked which sessions write there,
 * and ends them.
 */
const GRACE_ROUND_TRIPS = 3;

/** How long a start that has failed waits for the errors of other destinations. */
const OTHERS_MS = 5_000;

export class Replicator implements AsyncDisposable {
  readonly #config: ReplicatorConfig;
  readonly #options: ReplicateOptions;
  readonly #sessions: ReturnType<typeof sessionsFor>;
  readonly #halt = new AbortController();
  readonly #stop: AbortSignal;
  /** Aborted some time after `#stop`. Drops every session of this thread, whatever it waits for. */
  readonly #end = new AbortController();
  readonly #sourceLog: SourceLog;
  readonly #notices: SourceNotices;
  readonly #wakeUps = new WakeUps();
  readonly #registry = new DatabaseRegistry();
  readonly #pool: WritePool;
  readonly #lanesOf: ReturnType<typeof lanesByServer>;
  readonly #failures: Failure[] = [];
  readonly source: EventSource;
  readonly destinations: readonly Destination[];

  constructor(config: ReplicatorConfig, options: ReplicateOptions) {
    this.#config = config;
    this.#options = options;
    this.#sourceLog = sourceLog(options.log, nameOf(config.eventSource));
    this.#notices = new SourceNotices(this.#sourceLog, config.standbyPollIntervalMs);
    this.#sessions = sessionsFor(config);
    this.#stop = AbortSignal.any([options.stop, this.#halt.signal]);
    // Each destination, session, pause and read has a listener on these signals.
    setMaxListeners(0, this.#stop, this.#end.signal);
    this.#stop.addEventListener('abort', () => setTimeout(() => this.#end.abort(), this.#graceMs).unref());
    this.#pool = new WritePool({
      threads: Math.min(config.threads, config.replicationDestinations.length),
      onError: (error) => this.#halt.abort(error),
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
    const listening = this.#options.once ? Promise.resolve() : this.#haltOnFailure(this.#listen());
    using _polling = this.#startPolling();
    using _records = startLiveRecords({
      log: this.#options.log,
      source: this.source,
      destinations: this.destinations,
      logIntervalMs: this.#config.logIntervalMs,
    });
    const allTogether = this.#config.onError === 'exit' && !this.#options.standby;
    const barrier = new StartBarrier(allTogether ? this.destinations.length : 0);
    const options = this.#runOptions(until, barrier);
    await Promise.all(this.destinations.map((each) => this.#runOne(each, options, barrier)));
    this.#halt.abort(FINISHED);
    await listening.catch(() => {});
    if (this.#halt.signal.reason !== FINISHED) throw this.#halt.signal.reason;
    this.#throwWhatStopped();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#halt.abort(FINISHED);
    await this.#pool.stop();
    await this.source[Symbol.asyncDispose]();
    this.#end.abort();
  }

  get #graceMs(): number {
    return (
      GRACE_MS + GRACE_ROUND_TRIPS * Math.max(...this.destinations.map(({ roundTripMs }) => roundTripMs))
    );
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
      wakeUps: this.#wakeUps,
      log: this.#sourceLog,
      end: this.#end.signal,
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
      wakeUps: this.#wakeUps,
      pool: this.#pool,
      log: this.#options.log,
      end: this.#end.signal,
    });
  }

  /** @throws OperatorError if servers have too little room for the sessions of this run. */
  async #makeSureOfRoom(): Promise<void> {
    const needs = sessionNeeds(this.#config, this.#options);
    const sessions = {
      source: { ask: <T>(work: (connection: Connection) => Promise<T>) => this.source.askBriefly(work) },
      ofDestination: (params: ConnectionParams) => this.#connectAhead(params),
    };
    const rooms = await askForRoom(needs, sessions, this.#stop);
    for (const room of rooms) this.#options.log.write('sessions needed', describeRoom(room));
    refuseWithoutRoom(rooms, this.#mayWait, this.#options.log);
  }

  async #connectAhead(params: ConnectionParams): Promise<Connection> {
    const destination = this.destinations.find(({ context }) => context.control.params === params);
    if (destination === undefined) throw new Error('This destination is not configured.');
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
      standbyPollIntervalMs: this.#config.standbyPollIntervalMs,
      wakeUps: this.#wakeUps,
      end: this.#end.signal,
    });
  }

  get #mayWait(): boolean {
    return this.#config.onError === 'retry' && !this.#options.once;
  }

  get #retry() {
    const patience = new Patience();
    const mayRetry = (error: unknown) => this.#mayWait && patience.reactionTo(error) !== 'stop';
    return { log: this.#sourceLog, stop: this.#stop, mayRetry };
  }

  /**
   * Runs one destination. If it fails before all destinations were validated, this waits for the others, so
   * that one error names everything that must be mended.
   */
  async #runOne(destination: Destination, options: RunOptions, barrier: StartBarrier): Promise<void> {
    try {
      await destination.run(options);
    } catch (error) {
      if (this.#stop.aborted) return;
      this.#failures.push({ destination: destination.context.name, error });
      barrier.fail();
      using others = new Deadline(OTHERS_MS, { or: this.#stop });
      await orAborted(barrier.complete, others.signal).catch(() => {});
      this.#halt.abort(oneErrorOf(this.#failures));
    }
  }

  #runOptions(until: bigint | undefined, barrier: StartBarrier): RunOptions {
    return {
      stop: this.#stop,
      onError: this.#config.onError,
      ...(this.#options.standby ? { sharing: this.#shares } : {}),
      ...(until === undefined ? {} : { until }),
      onConnected: (connection) => this.#registry.register(connection),
      beforeCopying: async (name, validated) => {
        this.#logValidated(name, validated);
        await orAborted(barrier.arrive(), this.#stop);
      },
    };
  }

  get #shares(): Shares {
    return {
      held: () => this.destinations.filter(({ isHeld }) => isHeld).length,
      total: this.destinations.length,
    };
  }

  #logValidated(name: string, { source, destination, plan }: Validated): void {
    this.#options.log.write('destination checked', {
      destination: name,
      destinationEvents: destination.count,
      destinationMaxId: destination.ids?.to,
      sourceEvents: source.count,
      sourceMaxId: source.ids?.to,
      gaps: plan.gaps.length,
    });
  }

  #startPolling(): Disposable {
    const poll = setInterval(() => this.#wakeUps.signal('timer'), this.#config.pollIntervalMs);
    return { [Symbol.dispose]: () => clearInterval(poll) };
  }

  /** Stops everything, in an orderly way, if `running` fails. */
  async #haltOnFailure(running: Promise<void>): Promise<void> {
    await running.catch((error) => {
      if (!this.#stop.aborted) this.#halt.abort(error);
    });
  }
}

/** Reason of an abort when the run is done. */
const FINISHED = new Error('finished');
