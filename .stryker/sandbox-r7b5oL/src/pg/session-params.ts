// @ts-nocheck
import type { ConnectionParams } from './connection-params.js';
import type { Settings } from './session-settings.js';

/** How to open a session. Plain data, which can be sent to another thread. */
export interface SessionParams {
  readonly params: ConnectionParams;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  readonly settings: Settings;
  readonly firesTriggers?: boolean | undefined;
  readonly heartbeatIntervalMs?: number | undefined;
  readonly maxMessageBytes?: number | undefined;
}
