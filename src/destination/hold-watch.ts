import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import type { Connection } from '../pg/connection.js';
import { WATCHER_APPLICATION } from '../pg/heartbeat.js';
import { describeHold, isHeld } from '../schema/hold-lock.js';

/** How often the watch asks. `slate-hold` promises that a writer lets go within two seconds. */
const TICK_MS = 1_000;

/** How long the answer may take, besides two round trips. After that another session is asked. */
const ANSWER_MS = 250;

/** How long the other session may take. */
const GIVE_UP_MS = 5_000;

/** Notices, while a destination is written to, that somebody holds it. */
export class HoldWatch implements Disposable {
  readonly #connection: Connection;
  readonly #onHeld: (heldBy: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<boolean> | undefined;
  /** Is asked while `connection` is busy with a long query, or waits for a lock. */
  #beside: Connection | undefined;

  /** @param onHeld gets a description of who holds the destination. */
  constructor(connection: Connection, onHeld: (heldBy: string) => void) {
    this.#connection = connection;
    this.#onHeld = onHeld;
    this.#schedule();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leaveBeside();
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      // An error ends the session, which is noticed elsewhere.
      await this.#look().catch(() => this.#leaveBeside());
      if (this.#timer === undefined) this.#leaveBeside();
      else this.#schedule();
    }, TICK_MS);
  }

  async #look(): Promise<void> {
    const isFound = await this.#askBriefly();
    if (isFound === undefined) return this.#lookBeside();
    this.#leaveBeside();
    if (isFound) this.#tell(await describeHold(this.#connection));
  }

  /** Asks in the session itself. @returns undefined if it does not answer soon. */
  async #askBriefly(): Promise<boolean | undefined> {
    // Unanswered queries must not pile up.
    this.#asking ??= isHeld(this.#connection).finally(() => {
      this.#asking = undefined;
    });
    using deadline = new Deadline(ANSWER_MS + 2 * this.#connection.roundTripMs);
    return await orAborted(this.#asking, deadline.signal).catch(() => undefined);
  }

  async #lookBeside(): Promise<void> {
    if (this.#connection.lost.aborted) return;
    using deadline = new Deadline(GIVE_UP_MS);
    this.#beside ??= await this.#connection.openBeside(WATCHER_APPLICATION);
    const heldBy = await orAborted(describeHold(this.#beside), deadline.signal);
    this.#tell(heldBy);
    // Otherwise the session would keep the writer's lock as long as its query runs.
    if (heldBy !== undefined) await this.#connection[Symbol.asyncDispose]();
  }

  #tell(heldBy: string | undefined): void {
    if (heldBy !== undefined && this.#timer !== undefined) this.#onHeld(heldBy);
  }

  #leaveBeside(): void {
    this.#beside?.destroy();
    this.#beside = undefined;
  }
}
