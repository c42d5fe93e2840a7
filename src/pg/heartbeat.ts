/**
 * Finds sessions whose path has died without a word: a half-open socket looks exactly like a quiet day, and
 * TCP alone needs a quarter of an hour to notice, or never does. A session in which nothing is going on is
 * asked for a sign of life. One that is waiting for an answer may be waiting for a lock or for much work; so
 * the server is asked about it, through another session: when it is the server that waits for us, something
 * between us was lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../common/or-aborted.js';
import type { Connection } from './connection.js';
import { nameOf } from './connection-params.js';
import { protocolOf } from './driver.js';
import { ConnectionLostError } from './error-code.js';
import { refuseMovedSession } from './pooler.js';
import { PID_SQL } from './session-settings.js';

/** The record of a session that cannot be asked about. */
export const CANNOT_ASK = 'cannot ask the server about a statement that takes long: waiting for it';

/** What a session tells of: any log will do. */
export interface SessionLog {
  write(name: typeof CANNOT_ASK, fields: { readonly database: string; readonly err: unknown }): void;
}

export interface HeartbeatOptions {
  /**
   * How often it looks. A statement that was there at the look before is asked about; a server that waits for
   * it at two looks has lost it, or we its answer. Default `HEARTBEAT_INTERVAL_MS`.
   */
  readonly heartbeatIntervalMs?: number | undefined;
  /** How long a server may get nothing, or send nothing where it cannot be asked. Default `STALL_MS`. */
  readonly stallMs?: number | undefined;
  /** Told why the server could not be asked, once in a row. */
  readonly log?: SessionLog | undefined;
}

/**
 * Finds a dead path within fifteen seconds, in the middle of a COPY within forty; twenty round trips later on
 * a long one.
 */
export const HEARTBEAT_INTERVAL_MS = 4_000;

/** How long a sign of life may take… */
const DEADLINE_MS = 5_000;
/**
 * …and so many round trips: where the way is long, what was lost on it is sent again later and later, so that
 * three silent seconds become six, and queues are longer.
 */
const DEADLINE_ROUND_TRIPS = 20;

/**
 * How long a server may wait for the rest of a COPY without getting any of it: a slow path is not a dead one.
 * So long may also be silent what no server can be asked about.
 */
const STALL_MS = 30_000;

/** `application_name` of the sessions that ask about another one. */
export const WATCHER_APPLICATION = 'slate-replicator/watch';

/**
 * Looks after a session as long as it lives; when its path is dead it is destroyed, which aborts its `lost`.
 */
export function keepAsking(connection: Connection, options: HeartbeatOptions): void {
  new Heartbeat(connection, options).beat().catch((error: Error) => connection.destroy(error));
}

/** What a server says of a session that has not answered. */
interface Waiting {
  /** It is waiting for us, not for a lock or a disk. */
  readonly forUs: boolean;
  /** In the middle of a statement. */
  readonly active: boolean;
  /** Changes whenever it gets something from us or does something. */
  readonly progress: string;
  /** Why the session is given up when there is no progress. */
  readonly death?: string | undefined;
}

const SENT_IN_VAIN = 'The connection is dead: the server waits for data that this process has already sent.';
const ELSEWHERE =
  'The connection is dead: another server answers at this address by now, or the same was restarted, and nothing has come from the one of this session.';

class Heartbeat {
  readonly #connection: Connection;
  readonly #options: HeartbeatOptions;
  #answeredBefore = -1;
  #stalled: { readonly progress: string; readonly sinceMs: number } | undefined;
  #hasComplained: boolean = false;

  constructor(connection: Connection, options: HeartbeatOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** @throws when the session is dead, or gone. */
  async beat(): Promise<never> {
    const { heartbeatIntervalMs = HEARTBEAT_INTERVAL_MS } = this.#options;
    for (;;) {
      await sleep(heartbeatIntervalMs, undefined, { signal: this.#connection.lost });
      await this.#makeSureOfLife();
    }
  }

  async #makeSureOfLife(): Promise<void> {
    const { answered, unanswered } = this.#connection.traffic;
    const waitsLong = unanswered > 0 && answered === this.#answeredBefore;
    this.#answeredBefore = answered;
    if (!waitsLong) this.#stalled = undefined;
    if (unanswered === 0) await this.#askForSignOfLife();
    if (waitsLong) await this.#makeSureOfAnswer();
  }

  async #askForSignOfLife(): Promise<void> {
    const asking = this.#connection.query<{ pid: number }>(PID_SQL);
    const deadlineMs = Math.ceil(DEADLINE_MS + DEADLINE_ROUND_TRIPS * this.#connection.roundTripMs);
    const deadline = AbortSignal.timeout(deadlineMs);
    const [row] = await orAborted(asking, deadline).catch((error) => {
      if (error !== deadline.reason) throw error;
      throw new ConnectionLostError(`The server did not respond within ${deadlineMs} ms.`);
    });
    refuseMovedSession(this.#connection, row?.pid);
  }

  async #makeSureOfAnswer(): Promise<void> {
    const waiting = await this.#askAbout();
    if (waiting === 'gone') throw new ConnectionLostError('The server has ended the session.');
    if (!waiting?.forUs) {
      this.#stalled = undefined;
      return;
    }
    const { stallMs = STALL_MS } = this.#options;
    const stalled = this.#stalled;
    if (stalled?.progress !== waiting.progress)
      this.#stalled = { progress: waiting.progress, sinceMs: performance.now() };
    else if (!waiting.active || performance.now() - stalled.sinceMs >= stallMs)
      throw new ConnectionLostError(waiting.death ?? SENT_IN_VAIN);
  }

  /**
   * Asks the server about the session, through another one. That there is no other one proves nothing, and a
   * new session in the place of this one would not get through either.
   * @returns undefined when the server cannot tell.
   */
  async #askAbout(): Promise<Waiting | 'gone' | undefined> {
    try {
      const waiting = await askServer(this.#connection);
      this.#hasComplained = false;
      return waiting;
    } catch (error) {
      this.#complain(error);
      return undefined;
    }
  }

  #complain(error: unknown): void {
    if (this.#hasComplained || this.#connection.lost.aborted) return;
    this.#hasComplained = true;
    this.#options.log?.write(CANNOT_ASK, { database: nameOf(this.#connection.params), err: error });
  }
}

/**
 * `bytes_processed` of a COPY is there from PostgreSQL 14 on; before, a COPY is given the benefit of the
 * doubt.
 */
const ASK_SQL = `
  WITH copying AS (
    SELECT CASE WHEN current_setting('server_version_num')::int >= 140000 THEN
             (SELECT COALESCE(sum(param1), 0) FROM pg_stat_get_progress_info('COPY') WHERE pid = $1::int)
           END AS bytes
  )
  SELECT wait_event_type = 'Client' AND (state LIKE 'idle%' OR bytes IS NOT NULL) AS "forUs",
         state = 'active' AS active, concat_ws(' ', state_change, bytes) AS progress
    FROM pg_stat_activity, copying WHERE pid = $1::int`;

/**
 * Another server than that of the session knows nothing of it: it may be one of several behind a name. Or the
 * session's was restarted, and its sockets died without a word: then nothing ever arrives.
 */
async function askServer(connection: Connection): Promise<Waiting | 'gone'> {
  await using beside = await connection.openBeside(WATCHER_APPLICATION);
  if (beside.serverStartedAt !== connection.serverStartedAt)
    return {
      forUs: true,
      active: true,
      progress: `elsewhere ${protocolOf(connection.client).stream.bytesRead}`,
      death: ELSEWHERE,
    };
  const [waiting] = await beside.query<Waiting>(ASK_SQL, [connection.backendPid]);
  return waiting ?? 'gone';
}
