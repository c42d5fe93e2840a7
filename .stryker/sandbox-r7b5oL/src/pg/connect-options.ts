// @ts-nocheck
import type { SessionLog } from './heartbeat.js';
import type { SessionPurpose } from './session-settings.js';

export interface ConnectOptions extends SessionPurpose {
  /** What `pg_stat_activity.application_name` shows. */
  applicationName: string;
  /** How long connecting may take, in milliseconds. */
  connectTimeoutMs: number;
  /** How often the session is checked for a dead connection (`keepAsking`). Absent: never. */
  heartbeatIntervalMs?: number | undefined;
  /** A longer message of the server ends the session. Default: `SHORT_MESSAGE_BYTES`. */
  maxMessageBytes?: number | undefined;
  /**
   * Aborted to end the session: no further query is sent, running statements are cancelled, and the session
   * is dropped. Also ends a session that is still being opened.
   */
  signal?: AbortSignal | undefined;
  /**
   * Whether queries are sent without waiting for the reply to the one before. Each is still its own
   * transaction.
   */
  pipeline?: boolean | undefined;
  /** Called for each warning; the work goes on. */
  log?: SessionLog | undefined;
  /**
   * Called before the login with the time of the server's first answer: a round trip, or more if the server
   * is busy.
   */
  onFirstWord?: ((tookMs: number) => void) | undefined;
}
