import type { Log } from '../log/log.js';
import type { SessionParams } from '../pg/session-params.js';
import type { EventSource } from '../source/event-source.js';
import type { WakeUps } from '../source/wake-ups.js';
import type { WritePool } from '../threads/write-pool.js';
import type { ServerLanes } from './copy/server-lanes.js';

/** What every part of one destination works with. */
export interface DestinationContext {
  /** What its log records call it (`nameOf`). */
  readonly name: string;
  /** A destination in which nothing happens is compared with the source this often. */
  readonly pollIntervalMs: number;
  /** Its place in the configuration: decides the thread that writes to it. */
  readonly index: number;
  /** How the workers connect. */
  readonly session: SessionParams;
  /** How the main thread connects, to hold the lock and to look. */
  readonly control: SessionParams;
  /** It may have a session that writes before it is the writer. */
  readonly connectsAhead: boolean;
  readonly lanes: number;
  /** Shared with the other destinations of its server. */
  readonly serverLanes: ServerLanes;
  /** Load an empty destination without its secondary indexes, then build them. */
  readonly deferIndexes: boolean;
  readonly source: EventSource;
  readonly wakeUps: WakeUps;
  readonly pool: WritePool;
  readonly log: Log;
  /** Aborted: the session of the main thread is dropped, whatever it is doing. */
  readonly end: AbortSignal;
}
