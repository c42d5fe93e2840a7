/**
 * Notices lanes that wait for each other for ever: a later one waits at the gate until the earlier one has
 * committed, and that waits in the server for a lock of the later one. The server sees no deadlock, because
 * it does not know the gate. Code of the destination that locks something when rows are inserted can bring it
 * about, as the function of a constraint; so can somebody who asks for the whole table: the earlier lane
 * stands behind that request, which waits for the later one.
 */
import { LookAgainError } from '../../common/look-again-error.js';
import type { Connection } from '../../pg/connection.js';
import { WATCHER_APPLICATION } from '../../pg/heartbeat.js';

/** How often it is looked; lanes that have copied something meanwhile do not wait for ever. */
const TICK_MS = 2_000;

/** A lane waits for a lock, directly or through others, of a lane that waits for us. */
const BLOCKED_SQL = `
  WITH RECURSIVE lanes AS (
    SELECT pid, state FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
  ), waits (lane, behind) AS (
    SELECT pid, unnest(pg_blocking_pids(pid)) FROM lanes WHERE state = 'active'
    UNION
    SELECT lane, unnest(pg_blocking_pids(behind)) FROM waits
  )
  SELECT FROM waits JOIN lanes ON lanes.pid = waits.behind WHERE lanes.state = 'idle in transaction' LIMIT 1`;

/** From now on the destination gets one lane. */
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

  /** Aborted when lanes wait for each other; its reason is a LanesBlockedError. */
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

  /** Where it cannot look now, it looks at the next tick. */
  async #look({ inFlight, copied }: LaneProgress): Promise<void> {
    const stands = inFlight > 1 && copied === this.#copied;
    this.#copied = copied;
    if (!stands) return;
    if (!(await this.#areBlocked())) return;
    const message = `Parallel writes into ${this.#connection.where} block each other: something there locks more than the rows that it writes.`;
    this.#blocked.abort(new LanesBlockedError(message));
  }

  /**
   * Asks through a session of its own: the control session may stand in the same queue, with a look at the
   * table.
   */
  async #areBlocked(): Promise<boolean> {
    await using beside = await this.#connection.openBeside(WATCHER_APPLICATION);
    return (await beside.query(BLOCKED_SQL, [this.#applicationName])).length > 0;
  }
}
