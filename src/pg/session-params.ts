import type { ConnectionParams } from './connection-params.js';
import type { Settings } from './session-settings.js';

/** How a thread opens a session to a database: plain data, which can be sent to another thread. */
export interface SessionParams {
  readonly params: ConnectionParams;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  readonly settings: Settings;
  readonly firesTriggers?: boolean | undefined;
  readonly heartbeatIntervalMs?: number | undefined;
  readonly maxMessageBytes?: number | undefined;
}
