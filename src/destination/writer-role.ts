import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log/log.js';
import type { DestinationSession } from './destination-session.js';
import type { DestinationState } from './destination-state.js';
import { HeldError, WriterLockedError } from './errors/taken.js';
import { HoldWatch } from './hold-watch.js';
import type { RunOptions } from './run-options.js';
import { announceWaiting, STAY_AWAY_MS, watchFairness, withdrawWaiting } from './sharing.js';

/** How often a standby asks whether the writer is gone. */
const STANDBY_POLL_MS = 500;

/** How often a replicator asks whether a hold has ended. */
const HELD_POLL_MS = 250;

export interface WriterRoleOptions {
  /** Name of the destination in log records. */
  readonly name: string;
  readonly log: Log;
  readonly state: () => DestinationState;
  readonly enter: (state: DestinationState) => void;
}

/** Becomes the one writer of a destination, and leaves it to another replicator or to a hold. */
export class WriterRole {
  /** Description of who holds the destination with `slate-hold`; undefined if nobody does. */
  heldBy: string | undefined;
  readonly #options: WriterRoleOptions;
  /** Aborted to leave the destination. Absent until this replicator is the writer. */
  #lettingGo: AbortController | undefined;

  constructor(options: WriterRoleOptions) {
    this.#options = options;
  }

  /** Whether this process was the writer and is leaving the destination to somebody else. */
  get isLettingGo(): boolean {
    return this.#lettingGo?.signal.aborted === true;
  }

  /**
   * Becomes the one writer. Waits until a hold ends and, with `sharing`, until another writer ends.
   * @returns a signal that is aborted when the destination must be left.
   * @throws WriterLockedError without `sharing`; HeldError if the run has a goal and waits for nothing.
   */
  async take(session: DestinationSession, options: RunOptions): Promise<AbortSignal> {
    const { sharing, stop } = options;
    let lookAtOnce = sharing === undefined && this.heldBy === undefined;
    for (;;) {
      try {
        await session.becomeWriter({ lookAtOnce });
        if (sharing) await withdrawWaiting(session.connection);
        return this.#taken();
      } catch (error) {
        lookAtOnce = false;
        await sleep(await this.#waitFor(error, session, options), undefined, { signal: stop });
      }
    }
  }

  /** Forgets that the destination was left, before it is asked for again. */
  begin(): void {
    this.#lettingGo = undefined;
  }

  /** Watches, while this process is the writer, whether the destination must be left. */
  watch({ connection }: DestinationSession, { sharing }: RunOptions): Disposable {
    const hold = new HoldWatch(connection, (heldBy) => this.#giveWay(heldBy));
    const fairness = sharing && watchFairness(connection, sharing, () => this.#share());
    return {
      [Symbol.dispose]() {
        hold[Symbol.dispose]();
        fairness?.[Symbol.dispose]();
      },
    };
  }

  /** Leaves a waiting replicator time to take over. A hold is waited for by asking for the lock again. */
  async stayAway(stop: AbortSignal): Promise<void> {
    if (this.#options.state() === 'held') return;
    this.#options.enter('standby');
    await sleep(STAY_AWAY_MS, undefined, { signal: stop }).catch(() => {});
  }

  #taken(): AbortSignal {
    const { log, name } = this.#options;
    if (this.heldBy !== undefined) log.write('destination is no longer held', { destination: name });
    this.heldBy = undefined;
    this.#lettingGo = new AbortController();
    return this.#lettingGo.signal;
  }

  /**
   * @returns how long to wait for the end of what is in the way.
   * @throws the error if nothing is waited for.
   */
  async #waitFor(
    error: unknown,
    { connection }: DestinationSession,
    { sharing, until, onHeld }: RunOptions,
  ): Promise<number> {
    if (error instanceof HeldError && (sharing !== undefined || until === undefined)) {
      this.#hold(error.heldBy);
      onHeld(this.#options.name);
      return HELD_POLL_MS;
    }
    if (sharing === undefined || !(error instanceof WriterLockedError)) throw error;
    await announceWaiting(connection);
    this.#standBy(error.holder);
    return STANDBY_POLL_MS;
  }

  #standBy(writer: string): void {
    const { log, name, state, enter } = this.#options;
    if (state() === 'standby') return;
    log.write('destination has another writer: waiting for its end', { destination: name, writer });
    enter('standby');
  }

  #share(): void {
    const { log, name, state } = this.#options;
    if (state() !== 'live' && state() !== 'catching up') return;
    log.write('destination left to a replicator that waits for its share', { destination: name });
    this.#lettingGo?.abort(new Error('left to another replicator'));
  }

  #giveWay(heldBy: string): void {
    this.#hold(heldBy);
    this.#lettingGo?.abort(new Error('left to a hold'));
  }

  #hold(heldBy: string): void {
    const { log, name, enter } = this.#options;
    if (this.heldBy !== heldBy) log.write('destination is held', { destination: name, heldBy });
    this.heldBy = heldBy;
    enter('held');
  }
}
