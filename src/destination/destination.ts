/** One destination, from start to stop. The states that it goes through: destination-state.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../common/back-off.js';
import { inOrder } from '../common/in-order.js';
import type { OperatorError } from '../common/operator-error.js';
import { orAborted } from '../common/or-aborted.js';
import type { Connection } from '../pg/connection.js';
import type { Copier } from './copy/copier.js';
import { LanesBlockedError } from './copy/lane-watch.js';
import type { TallyRecord } from './copy/tally.js';
import type { DestinationContext } from './destination-context.js';
import { DestinationSession } from './destination-session.js';
import { type DestinationState, WRITING } from './destination-state.js';
import { explainFailure, withSomeHint } from './errors/explain-failure.js';
import { Patience } from './errors/patience.js';
import { HeldError } from './errors/taken.js';
import type { Validated } from './guard/validate.js';
import type { CopyProgress } from './lag.js';
import type { RunOptions } from './run-options.js';
import { Standing } from './standing.js';
import { WriterRole } from './writer-role.js';

export class Destination {
  readonly context: DestinationContext;
  /** What was copied, and how far it is behind. */
  readonly standing = new Standing();
  /** Why it stopped, if a person must act. */
  failure: OperatorError | undefined;
  #state: DestinationState = 'connecting';
  #ahead: Promise<DestinationSession> | undefined;
  #copier: Copier | undefined;
  readonly #patience = new Patience();
  #hasBegun: boolean = false;
  #roundTripMs = 0;
  #oneLane = false;
  readonly #role: WriterRole;

  constructor(context: DestinationContext) {
    this.context = context;
    const { name, log } = context;
    this.#role = new WriterRole({
      name,
      log,
      state: () => this.#state,
      enter: (state) => this.#enter(state),
    });
  }

  get state(): DestinationState {
    return this.#state;
  }

  /** Whether the configuration keeps the replicator away from this destination. */
  get isPaused(): boolean {
    return this.context.controlConnection.params.paused === true;
  }

  /** Id behind which the next batch begins; undefined while nothing is copied. */
  get nextAfter(): bigint | undefined {
    return this.#copier?.nextAfter;
  }

  /** Whether this process writes to the destination and intends to go on. */
  get isHeld(): boolean {
    return WRITING.has(this.#state) && !this.#role.isLettingGo;
  }

  /** Description of who holds this destination with `slate-hold`; undefined if nobody does. */
  get heldBy(): string | undefined {
    return this.#role.heldBy;
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
    return this.#state === 'catching up' ? this.standing.progress : undefined;
  }

  /** What was copied so far, in all sessions. */
  get copied(): TallyRecord {
    return this.standing.total.record();
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
    if (this.isPaused) return this.#pause(options);
    const backOff = new BackOff();
    while (!options.stop.aborted && this.#state !== 'stopped') {
      try {
        await this.#session(options, backOff);
        if (!this.#role.isLettingGo) break;
      } catch (error) {
        if (options.stop.aborted) break;
        if (!this.#role.isLettingGo) await this.#react(error, backOff, options);
      }
      if (this.#role.isLettingGo) await this.#role.stayAway(options.stop);
    }
    this.#state = 'stopped';
  }

  /** Does nothing until the stop; nothing at all in a run that has a goal. */
  async #pause({ stop, until }: RunOptions): Promise<void> {
    this.context.log.write('destination is paused', { destination: this.context.name });
    this.#enter('paused');
    if (until === undefined) await orAborted(new Promise(() => {}), stop).catch(() => {});
  }

  async #session(options: RunOptions, backOff: BackOff): Promise<void> {
    this.#role.begin();
    if (this.#state !== 'held') this.#enter('connecting');
    await using session = await this.#open();
    this.#roundTripMs = session.connection.roundTripMs;
    const [, leave] = await inOrder([
      options.onConnected(session.connection),
      this.#role.take(session, options),
    ]);
    using _watch = this.#role.watch(session, options);
    this.#enter('validating');
    const validated = await orAborted(this.#validate(session, options), leave);
    this.#enter('catching up');
    try {
      await session.copy(validated, {
        ...options,
        stop: AbortSignal.any([options.stop, leave]),
        total: this.standing.total,
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

  async #validate(session: DestinationSession, { beforeCopying }: RunOptions): Promise<Validated> {
    const validated = await session.validate();
    this.standing.looked(validated);
    await beforeCopying(this.context.name, validated);
    return validated;
  }

  async #open(): Promise<DestinationSession> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const session = await ahead;
    if (session?.connection.lost.aborted === false) return session;
    await session?.[Symbol.asyncDispose]();
    return DestinationSession.open(this.context);
  }

  /** Reacts to an error. @throws the error if it must end the process. */
  async #react(cause: unknown, backOff: BackOff, options: RunOptions): Promise<void> {
    const { workerConnection, source } = this.context;
    const error = explainFailure(cause, {
      source: source.session.params,
      destination: workerConnection.params,
    });
    if (error instanceof LanesBlockedError) this.#oneLane = true;
    const reaction = this.#patience.reactionTo(error, this.standing.place);
    // What is done to a held destination, as a restart of its server, ends no process.
    const mayTry = options.onError === 'retry' || this.heldBy !== undefined;
    const mayWait = mayTry && options.until === undefined;
    if (reaction === 'stop' || (reaction === 'retry' && !mayWait)) this.#giveUp(error, options);
    else await this.#tryAgain(error, backOff, options.stop);
  }

  #giveUp(error: OperatorError, { onError }: RunOptions): void {
    const err = withSomeHint(error);
    if (onError === 'exit' && !(error instanceof HeldError)) throw err;
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
    if (this.#copier !== undefined) this.standing.caughtUp(this.#copier.nextAfter);
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
    const lag = this.standing.lag(sourceMaxId);
    log.write('copied', { destination, state: this.#state, ...interval.record(), ...lag });
  }

  /** Logs the state and the lag, also if nothing happens. @param sourceMaxId highest id of the source now. */
  beat(sourceMaxId: bigint | undefined, level: 'debug' | 'info'): void {
    this.context.log.write('heartbeat', this.#stateRecord(sourceMaxId), level);
  }

  /** Logs the same because somebody asked. */
  tellState(sourceMaxId: bigint | undefined): void {
    this.context.log.write('state on request', this.#stateRecord(sourceMaxId));
  }

  #stateRecord(sourceMaxId: bigint | undefined) {
    const { maxId: destinationMaxId } = this.standing;
    const lag = this.standing.lag(sourceMaxId);
    return { destination: this.context.name, state: this.#state, destinationMaxId, sourceMaxId, ...lag };
  }

  #enter(state: DestinationState): void {
    // Writes that have begun may end meanwhile.
    const isLeaving = this.#role.isLettingGo && WRITING.has(state);
    if (state === this.#state || isLeaving) return;
    this.#state = state;
    this.context.log.write('state', { destination: this.context.name, state });
  }
}
