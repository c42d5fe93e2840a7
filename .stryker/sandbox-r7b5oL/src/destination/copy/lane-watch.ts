/**
 * Notices lanes that block each other: the later lane waits at the gate until the earlier one has committed,
 * and the earlier one waits in the server for a lock of the later one. The server sees no deadlock, because
 * it does not know the gate.
 *
 * There are two causes. Code of the destination takes locks when rows are inserted, as the function of a
 * constraint may. Or somebody asks for a lock on the whole table: that request waits for the later lane, and
 * the earlier lane waits behind that request.
 */
// @ts-nocheck

import { LookAgainError } from '../../common/look-again-error.js';
import type { Connection } from '../../pg/connection.js';
import { WATCHER_APPLICATION } from '../../pg/heartbeat.js';

/** How often the watch looks. Lanes that have copied something since the last look are not blocked. */
const TICK_MS = 2_000;

/** Finds a lane that waits, directly or through others, for a lock of a lane that waits at the gate. */
const BLOCKED_SQL = `
  WITH RECURSIVE lanes AS (
    SELECT pid, state FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
  ), waits (lane, behind) AS (
    SELECT pid, unnest(pg_blocking_pids(pid)) FROM lanes WHERE state = 'active'
    UNION
    SELECT lane, unnest(pg_blocking_pids(behind)) FROM waits
  )
  SELECT FROM waits JOIN lanes ON lanes.pid = waits.behind WHERE lanes.state = 'idle in transaction' LIMIT 1`;

/** Lanes blocked each other. From now on the destination gets one lane. */
export class LanesBlockedError extends LookAgainError {
  override readonly name = 'LanesBlockedError';
}

/** What the lanes are doing. */
export interface LaneProgress {
  readonly inFlight: number;
  /** Events copied so far. */
  readonly copied: number;
}

export class LaneWatch implements Disposable {
  readonly #connection: Connection;
  readonly #applicationName: string;
  readonly #blocked = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #copied = -1;

  /** @param applicationName that of the sessions that write. */
  constructor(connection: Connection, applicationName: string) {
    this.#connection = connection;
    this.#applicationName = applicationName;
  }

  /** Aborted with a LanesBlockedError when lanes block each other. */
  get blocked(): AbortSignal {
    return this.#blocked.signal;
  }

  start(progress: () => LaneProgress): void {
    this.#timer = setTimeout(async () => {
      await this.#look(progress()).catch(() => {});
      if (this.#timer !== undefined) this.start(progress);
    }, TICK_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Looks once. A look that fails is made up for at the next tick. */
  async #look({ inFlight, copied }: LaneProgress): Promise<void> {
    const stands = inFlight > 1 && copied === this.#copied;
    this.#copied = copied;
    if (!stands) return;
    if (!(await this.#areBlocked())) return;
    const message = `Parallel writes into ${this.#connection.where} block each other: something there locks more than the rows that it writes.`;
    this.#blocked.abort(new LanesBlockedError(message));
  }

  /** Uses a session of its own, because the control session may wait in the same queue for the table. */
  async #areBlocked(): Promise<boolean> {
    await using beside = await this.#connection.openBeside(WATCHER_APPLICATION);
    return (await beside.query(BLOCKED_SQL, [this.#applicationName])).length > 0;
  }
}
