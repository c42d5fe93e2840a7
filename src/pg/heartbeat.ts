/**
 * Finds sessions whose path has died without a word: a half-open socket looks exactly like a quiet day, and TCP alone
 * needs a quarter of an hour to notice, or never does. A session in which nothing is going on is asked for a sign of
 * life. One that is waiting for an answer may be waiting for a lock or for much work; so the server is asked about it,
 * through another session: when it is the server that waits for us, something between us was lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../lifecycle/or-aborted.js';
import type { Connection } from './connect.js';
import { ConnectionLostError, errorCode } from './error-code.js';

export interface HeartbeatOptions {
  /**
   * How often it looks. A statement that was there at the look before is asked about; a server that waits for it at
   * two looks has lost it, or we its answer.
   */
  readonly intervalMs: number;
  /** How long a sign of life may take. */
  readonly deadlineMs: number;
  /** How long a server may wait for the rest of a COPY without getting any of it: a slow path is not a dead one. */
  readonly stallMs: number;
}

/** Finds a dead path within fifteen seconds, in the middle of a COPY within forty. */
export const HEARTBEAT: HeartbeatOptions = { intervalMs: 4_000, deadlineMs: 5_000, stallMs: 30_000 };

/** `application_name` of the sessions that ask about another one. */
const WATCHER_APPLICATION = 'slate-replicator/watch';

/** Looks after a session as long as it lives; when its path is dead it is destroyed, which aborts its `lost`. */
export function keepAsking(connection: Connection, options: HeartbeatOptions = HEARTBEAT): void {
  const heartbeat = new Heartbeat(connection, options);
  heartbeat.beat().catch((error: Error) => connection.destroy(error));
}

/** What a server says of a session that has not answered. */
interface Waiting {
  /** It is waiting for us, not for a lock or a disk. */
  readonly forUs: boolean;
  /** In the middle of a statement. */
  readonly active: boolean;
  /** Changes whenever it gets something from us or does something. */
  readonly progress: string;
}

class Heartbeat {
  readonly #connection: Connection;
  readonly #options: HeartbeatOptions;
  #answeredBefore = -1;
  #stalled: { readonly progress: string; readonly sinceMs: number } | undefined;

  constructor(connection: Connection, options: HeartbeatOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** @throws when the session is dead, or gone. */
  async beat(): Promise<never> {
    for (;;) {
      await sleep(this.#options.intervalMs, undefined, { signal: this.#connection.lost });
      if (!(await this.#isAlive()))
        throw new ConnectionLostError('the server waits for us, and we for it: the path between is dead');
    }
  }

  async #isAlive(): Promise<boolean> {
    const { answered, unanswered } = this.#connection.traffic;
    const waitsLong = unanswered > 0 && answered === this.#answeredBefore;
    this.#answeredBefore = answered;
    if (!waitsLong) this.#stalled = undefined;
    if (unanswered === 0) {
      await orAborted(this.#connection.query('SELECT 1'), AbortSignal.timeout(this.#options.deadlineMs));
    }
    return !waitsLong || this.#mayStillAnswer();
  }

  async #mayStillAnswer(): Promise<boolean> {
    const waiting = await askAbout(this.#connection);
    if (!waiting?.forUs) {
      this.#stalled = undefined;
      return true;
    }
    const stalled = this.#stalled;
    if (stalled?.progress === waiting.progress) {
      return waiting.active && performance.now() - stalled.sinceMs < this.#options.stallMs;
    }
    this.#stalled = { progress: waiting.progress, sinceMs: performance.now() };
    return true;
  }
}

/** `bytes_processed` of a COPY is there from PostgreSQL 14 on; before, a COPY is given the benefit of the doubt. */
const ASK_SQL = `
  WITH copying AS (
    SELECT CASE WHEN current_setting('server_version_num')::int >= 140000 THEN
             (SELECT COALESCE(sum(param1), 0) FROM pg_stat_get_progress_info('COPY') WHERE pid = $1::int)
           END AS bytes
  )
  SELECT wait_event_type = 'Client' AND (state LIKE 'idle%' OR bytes IS NOT NULL) AS "forUs",
         state = 'active' AS active, concat_ws(' ', state_change, bytes) AS progress
    FROM pg_stat_activity, copying WHERE pid = $1::int`;

/** The server is there but does not let another session in: it cannot be asked. */
const TURNED_AWAY = /^(28|53)/;

/** @returns undefined when the server cannot tell. @throws when it cannot be reached, or the session is gone. */
async function askAbout(connection: Connection): Promise<Waiting | undefined> {
  if (connection.backendPid === undefined) return undefined;
  try {
    await using beside = await connection.openBeside(WATCHER_APPLICATION);
    const [waiting] = await beside.query<Waiting>(ASK_SQL, [connection.backendPid]);
    if (waiting === undefined) throw new ConnectionLostError('the server has ended the session');
    return waiting;
  } catch (error) {
    if (TURNED_AWAY.test(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
