/**
 * Finds sessions whose connection has died silently. A half-open socket looks just like an idle one, and TCP
 * needs a quarter of an hour to notice, or never does. So an idle session is sent a query. A session that
 * waits for an answer may be waiting for a lock or for much work; so the heartbeat asks the server about it,
 * through another session. If the server says that it waits for this client, data was lost between the two.
 */
// @ts-nocheck

import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../common/or-aborted.js';
import type { Connection } from './connection.js';
import { nameOf } from './connection-params.js';
import { protocolOf } from './driver.js';
import { ConnectionLostError } from './error-code.js';
import { refuseMovedSession } from './pooler.js';
import { PID_SQL } from './session-settings.js';

/** Name of the log record for a session about which the server cannot be asked. */
export const CANNOT_ASK = 'cannot ask the server about a statement that takes long: waiting for it';

/** The part of a log that a session needs. */
export interface SessionLog {
  write(name: typeof CANNOT_ASK, fields: { readonly database: string; readonly err: unknown }): void;
}

export interface HeartbeatOptions {
  /**
   * How often the heartbeat looks. It asks about a statement that was unanswered at the last look too. If the
   * server waits for the client at two looks, the statement or its answer was lost. Default:
   * `HEARTBEAT_INTERVAL_MS`.
   */
  readonly heartbeatIntervalMs?: number | undefined;
  /** How long a server may receive nothing, or, if it cannot be asked, send nothing. Default: `STALL_MS`. */
  readonly stallMs?: number | undefined;
  /** Gets one record when the server cannot be asked, until it can be asked again. */
  readonly log?: SessionLog | undefined;
}

/**
 * Finds a dead connection within fifteen seconds, and in the middle of a COPY within forty. To a far server
 * it takes twenty round trips more.
 */
export const HEARTBEAT_INTERVAL_MS = 4_000;

/** How long the answer to a heartbeat may take… */
const DEADLINE_MS = 5_000;
/**
 * …plus this many round trips. To a far server TCP repeats lost data later, so that three silent seconds
 * become six, and queues are longer.
 */
const DEADLINE_ROUND_TRIPS = 20;

/**
 * How long a server may wait for the rest of a COPY without receiving any of it: a slow connection is not a
 * dead one. Also how long a session may be silent if no server can be asked about it.
 */
const STALL_MS = 30_000;

/** `application_name` of sessions that ask about another session. */
export const WATCHER_APPLICATION = 'slate-replicator/watch';

/** Checks a session as long as it lives. Destroys it if its connection is dead, which aborts its `lost`. */
export function keepAsking(connection: Connection, options: HeartbeatOptions): void {
  new Heartbeat(connection, options).beat().catch((error: Error) => connection.destroy(error));
}

/** What a server reports about a session that has not answered. */
interface Waiting {
  /** Whether the server waits for this client, not for a lock or a disk. */
  readonly forUs: boolean;
  /** Whether the session is in the middle of a statement. */
  readonly active: boolean;
  /** Changes whenever the server receives something or makes progress. */
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

  /** Checks the session again and again. @throws when it is dead or has ended. */
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
   * Asks the server about this session, through another session. If no other session can be opened, that
   * proves nothing: a new session in place of this one would fail too.
   * @returns undefined if the server cannot tell.
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
 * Asks one session. If it leads to another server, that server knows nothing: it may be one of several behind
 * a name. Or the server was restarted and the sockets of the old session died silently: then nothing ever
 * arrives.
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
