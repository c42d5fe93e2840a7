// @ts-nocheck
import type { Connection } from '../pg/connection.js';
import type { Validated } from './guard/validate.js';
import type { Shares } from './sharing.js';

export interface RunOptions {
  readonly stop: AbortSignal;
  readonly onError: 'exit' | 'retry';
  /** End when this id is there; absent: follow the source. */
  readonly until?: bigint | undefined;
  /**
   * With `--standby`: wait for another writer to end, and share destinations fairly. Absent: refuse to start.
   */
  readonly sharing?: Shares | undefined;
  /** Called after each connect. May refuse the destination by throwing. */
  readonly onConnected: (connection: Connection) => Promise<void>;
  /** Called after each validation, before anything is written. */
  readonly beforeCopying: (name: string, validated: Validated) => Promise<void>;
}
