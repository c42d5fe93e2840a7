/** One destination, from start to stop. The states that it goes through: destination-state.ts. */
// @ts-nocheck

import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../common/back-off.js';
import { inOrder } from '../common/in-order.js';
import type { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import type { Copier } from './copy/copier.js';
import { LanesBlockedError } from './copy/lane-watch.js';
import type { TallyRecord } from './copy/tally.js';
import type { DestinationContext } from './destination-context.js';
import { DestinationSession, WriterLockedError } from './destination-session.js';
import { type DestinationState, WRITING } from './destination-state.js';
import { explainFailure, withSomeHint } from './errors/explain-failure.js';
import { Patience } from './errors/patience.js';
import type { CopyProgress } from './lag.js';
import type { RunOptions } from './run-options.js';
import { announceWaiting, STAY_AWAY_MS, watchFairness, withdrawWaiting } from './sharing.js';
import { Standing } from './standing.js';

/** How often a standby asks whether the writer is gone. */
const STANDBY_POLL_MS = 500;

export class Destination {
  readonly context: DestinationContext;
  /** Why it stopped, if a person must act. */
  failure: OperatorError | undefined;
  #state: DestinationState = 'connecting';
  #ahead: Promise<DestinationSession> | undefined;
  #copier: Copier | undefined;
  readonly #standing = new Standing();
  readonly #patience = new Patience();
  #hasBegun: boolean = false;
  #roundTripMs = 0;
  #oneLane = false;
  /**
   * Aborted to leave this destination to another replicator. Absent while this replicator does not write to
   * it.
   */
  #lettingGo: AbortController | undefined;

  constructor(context: DestinationContext) {
    this.context = context;
  }

  get state(): DestinationState {
    return this.#state;
  }

  /** Id behind which the next batch begins; undefined while nothing is copied. */
  get nextAfter(): bigint | undefined {
    return this.#copier?.nextAfter;
  }

  /** Whether this process writes to the destination and intends to go on. */
  get isHeld(): boolean {
    return WRITING.has(this.#state) && !this.#lettingGo?.signal.aborted;
  }

  /** Shortest round trip to the server, seen in the last session; 0 before the first. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** Whether copying has begun, even if nothing was missing. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether something was copied that no record has reported. */
  get hasNews(): boolean {
    return this.#copier?.hasCopied === true;
  }

  /** Progress since the last validation; undefined unless the destination is catching up. */
  get progress(): CopyProgress | undefined {
    return this.#state === 'catching up' ? this.#standing.progress : undefined;
  }

  /** What was copied so far, in all sessions. */
  get copied(): TallyRecord {
    return this.#standing.total.record();
  }

  /**
   * Opens the first session before `run` needs it: to a far destination, other work can be done meanwhile.
   * Calls share one session.
   * @throws the error of connecting; `run` then throws it too.
   */
  async connectAhead(): Promise<Connection> {
    this.#ahead ??= DestinationSession.open(this.context);
    return (await this.#ahead).connection;
  }

  /** Runs until stopped or until the goal is reached. @throws the failure, with `onError: 'exit'`. */
  async run(options: RunOptions): Promise<void> {
    const backOff = new BackOff();
    while (!options.stop.aborted && this.#state !== 'stopped') {
      try {
        await this.#session(options, backOff);
        if (!this.#lettingGo?.signal.aborted) break;
        this.#enter('standby');
        await sleep(STAY_AWAY_MS, undefined, { signal: options.stop });
      } catch (error) {
        if (options.stop.aborted) break;
        const { session, source } = this.context;
        const sides = { source: source.session.params, destination: session.params };
        await this.#react(explainFailure(error, sides), backOff, options);
      }
    }
    this.#state = 'stopped';
  }

  async #session(options: RunOptions, backOff: BackOff): Promise<void> {
    this.#enter('connecting');
    await using session = await this.#open();
    this.#roundTripMs = session.connection.roundTripMs;
    await inOrder([options.onConnected(session.connection), this.#becomeWriter(session, options)]);
    const lettingGo = new AbortController();
    this.#lettingGo = lettingGo;
    using _fairness =
      options.sharing && watchFairness(session.connection, options.sharing, () => this.#letGo(lettingGo));
    this.#enter('validating');
    const validated = await session.validate();
    this.#standing.looked(validated.source, validated.destination);
    await options.beforeCopying(this.context.name, validated);
    this.#enter('catching up');
    try {
      await session.copy(validated, {
        ...options,
        stop: AbortSignal.any([options.stop, lettingGo.signal]),
        total: this.#standing.total,
        oneLane: this.#oneLane,
        onCopying: (copier) => {
          this.#copier = copier;
          this.#hasBegun = true;
        },
        onBuildingIndexes: () => this.#enter('building indexes'),
        onCaughtUp: () => this.#caughtUp(backOff),
      });
    } finally {
      this.#copier = undefined;
    }
  }

  async #open(): Promise<DestinationSession> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const session = await ahead;
    if (session?.connection.lost.aborted === false) return session;
    await session?.[Symbol.asyncDispose]();
    return DestinationSession.open(this.context);
  }

  #letGo(lettingGo: AbortController): void {
    if (this.#state !== 'live' && this.#state !== 'catching up') return;
    const { log, name } = this.context;
    log.write('destination left to a replicator that waits for its share', { destination: name });
    lettingGo.abort(new Error('left to another replicator'));
  }

  async #becomeWriter(session: DestinationSession, { sharing, stop }: RunOptions): Promise<void> {
    for (;;) {
      try {
        await session.becomeWriter({ lookAtOnce: sharing === undefined });
        if (sharing) await withdrawWaiting(session.connection);
        return;
      } catch (error) {
        if (!sharing || !(error instanceof WriterLockedError)) throw error;
        await announceWaiting(session.connection);
        this.#standBy(error.holder);
      }
      await sleep(STANDBY_POLL_MS, undefined, { signal: stop });
    }
  }

  #standBy(writer: string): void {
    if (this.#state === 'standby') return;
    const { log, name } = this.context;
    log.write('destination has another writer: waiting for its end', { destination: name, writer });
    this.#enter('standby');
  }

  /** Reacts to an error. @throws the error if it must end the process. */
  async #react(error: OperatorError, backOff: BackOff, options: RunOptions): Promise<void> {
    if (error instanceof LanesBlockedError) this.#oneLane = true;
    const reaction = this.#patience.reactionTo(error, this.#standing.place);
    const mayWait = options.onError === 'retry' && options.until === undefined;
    if (reaction === 'stop' || (reaction === 'retry' && !mayWait)) this.#giveUp(error, options);
    else await this.#tryAgain(error, backOff, options.stop);
  }

  #giveUp(error: OperatorError, { onError }: RunOptions): void {
    const err = withSomeHint(error);
    if (onError === 'exit') throw err;
    this.failure = err;
    this.context.log.write('destination stopped: a person must act', { destination: this.context.name, err });
    this.#enter('stopped');
  }

  async #tryAgain(error: OperatorError, backOff: BackOff, stop: AbortSignal): Promise<void> {
    const pauseMs = Math.round(backOff.nextMs());
    this.#enter('backing off');
    const { log, name } = this.context;
    log.write('destination failed: trying again', { destination: name, err: error, pauseMs });
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => {});
  }

  #caughtUp(backOff: BackOff): void {
    if (this.#copier !== undefined) this.#standing.caughtUp(this.#copier.nextAfter);
    if (this.#state === 'live') return;
    backOff.reset();
    this.#enter('live');
    const { log, name } = this.context;
    const interval = this.#copier?.takeInterval();
    if (interval !== undefined) log.write('caught up', { destination: name, ...interval.record() });
  }

  /**
   * Logs what was copied since the last such record, if anything was.
   * @param sourceMaxId highest id of the source now.
   */
  summarize(sourceMaxId: bigint | undefined): void {
    const interval = this.hasNews ? this.#copier?.takeInterval() : undefined;
    if (interval === undefined) return;
    const { log, name: destination } = this.context;
    const lag = this.#standing.lag(sourceMaxId);
    log.write('copied', { destination, state: this.#state, ...interval.record(), ...lag });
  }

  /** Logs the state and the lag, also if nothing happens. @param sourceMaxId highest id of the source now. */
  beat(sourceMaxId: bigint | undefined, level: 'debug' | 'info'): void {
    const { log, name: destination } = this.context;
    const destinationMaxId = this.#standing.maxId(this.#copier?.committed?.id);
    const lag = this.#standing.lag(sourceMaxId);
    log.write('heartbeat', { destination, state: this.#state, destinationMaxId, sourceMaxId, ...lag }, level);
  }

  #enter(state: DestinationState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.context.log.write('state', { destination: this.context.name, state });
  }
}
