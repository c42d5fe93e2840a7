/**
 * One destination, from start to stop.
 *
 *   connecting ──▶ validating ──▶ catching up ──▶ building indexes ──▶ live
 *     ▲    │           │             │                 │             │
 *     │ standby        └─────────────┴────────┬────────┴─────────────┘
 *     │                                       ▼ something failed
 *     └─────────────────────────────── backing off ──▶ stopped (what failed needs a person)
 *
 * `connecting` opens a session and becomes the one writer. `standby` waits while another replicator is the
 * writer. `validating` looks at what is there, and plans. `catching up` copies what is missing. `building
 * indexes` comes only after a load without them. `live` means that it had everything at the last read.
 *
 * With `onError: 'exit'` a failure is thrown and ends the process, except an error that asks for one more
 * validation. With `'retry'` the table of reactions decides. An error that passes leads through `backing off`
 * to a new session, forever. Any other error leads to `stopped`, and the other destinations go on. A run with
 * a goal (`--once`) waits for nothing: any failure leads to `stopped`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../common/back-off.js';
import { inOrder } from '../common/in-order.js';
import type { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import type { Copier } from './copy/copier.js';
import { LanesBlockedError } from './copy/lane-watch.js';
import { Tally, type TallyRecord } from './copy/tally.js';
import type { DestinationContext } from './destination-context.js';
import { DestinationSession, WriterLockedError } from './destination-session.js';
import { explainFailure, withSomeHint } from './errors/explain-failure.js';
import { Patience } from './errors/patience.js';
import type { Validated } from './guard/validate.js';
import { type CopyProgress, Lag } from './lag.js';
import { announceWaiting, type Shares, STAY_AWAY_MS, watchFairness, withdrawWaiting } from './sharing.js';

export type DestinationState =
  | 'connecting'
  | 'standby'
  | 'validating'
  | 'catching up'
  | 'building indexes'
  | 'live'
  | 'backing off'
  | 'stopped';

export interface RunOptions {
  readonly stop: AbortSignal;
  readonly onError: 'exit' | 'retry';
  /** End when this id is there; absent: follow the source. */
  readonly until?: bigint;
  /**
   * With `--standby`: wait for another writer to end, and share destinations fairly. Absent: refuse to start.
   */
  readonly sharing?: Shares;
  /** Called after each connect. May refuse the destination by throwing. */
  readonly onConnected: (connection: Connection) => Promise<void>;
  /** Called after each validation, before anything is written. */
  readonly beforeCopying: (name: string, validated: Validated) => Promise<void>;
}

/** States in which this process is the one writer. */
const WRITING: ReadonlySet<DestinationState> = new Set([
  'validating',
  'catching up',
  'building indexes',
  'live',
]);

/** How often a standby asks whether the writer is gone. */
const STANDBY_POLL_MS = 500;

export class Destination {
  readonly context: DestinationContext;
  /** Why it stopped, if a person must act. */
  failure: OperatorError | undefined;
  #state: DestinationState = 'connecting';
  #ahead: Promise<DestinationSession> | undefined;
  #copier: Copier | undefined;
  readonly #total = new Tally();
  readonly #patience = new Patience();
  readonly #lag = new Lag();
  #maxIdAtLook: bigint | undefined;
  #hasBegun: boolean = false;
  #roundTripMs = 0;
  #heldAtLook = 0n;
  #copiedAtLook = 0;
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
    return this.#state === 'catching up' ? this.#lag.progress(this.#total.events) : undefined;
  }

  /** What was copied so far, in all sessions. */
  get copied(): TallyRecord {
    return this.#total.record();
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
    this.#heldAtLook = validated.destination.count;
    this.#copiedAtLook = this.#total.events;
    this.#maxIdAtLook = validated.destination.ids?.to;
    this.#lag.looked(validated.source, validated.destination, this.#total.events);
    await options.beforeCopying(this.context.name, validated);
    this.#enter('catching up');
    try {
      await session.copy(validated, {
        ...options,
        stop: AbortSignal.any([options.stop, lettingGo.signal]),
        total: this.#total,
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
    const reaction = this.#patience.reactionTo(error, this.#place);
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

  /**
   * Identifies the progress: how many events the destination should hold, and how many were copied to it in
   * all.
   */
  get #place(): string {
    const { events } = this.#total;
    return `${this.#heldAtLook + BigInt(events - this.#copiedAtLook)} ${events}`;
  }

  #caughtUp(backOff: BackOff): void {
    if (this.#copier !== undefined) this.#lag.caughtUp(this.#copier.nextAfter, this.#total.events);
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
    const lag = this.#lag.record(sourceMaxId, this.#total.events);
    log.write('copied', { destination, state: this.#state, ...interval.record(), ...lag });
  }

  /** Logs the state and the lag, also if nothing happens. @param sourceMaxId highest id of the source now. */
  beat(sourceMaxId: bigint | undefined, level: 'debug' | 'info'): void {
    const { log, name: destination } = this.context;
    const destinationMaxId = highest(this.#copier?.committed?.id, this.#maxIdAtLook);
    const lag = this.#lag.record(sourceMaxId, this.#total.events);
    log.write('heartbeat', { destination, state: this.#state, destinationMaxId, sourceMaxId, ...lag }, level);
  }

  #enter(state: DestinationState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.context.log.write('state', { destination: this.context.name, state });
  }
}

function highest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
