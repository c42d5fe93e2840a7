import type { Fingerprint } from '../events/fingerprint.js';
import type { Log } from '../log/log.js';
import type { SessionParams } from '../pg/session-params.js';
import type { EventSource } from '../source/event-source.js';
import type { WakeUps } from '../source/wake-ups.js';
import type { WriteSuccess } from '../threads/messages.js';
import type { WritePool } from '../threads/write-pool.js';
import type { ServerLanes } from './copy/server-lanes.js';

/** What all parts of one destination share. */
export interface DestinationContext {
  /** Name of the destination in log records (`nameOf`). */
  readonly name: string;
  /** How often an idle destination is compared with the source. */
  readonly pollIntervalMs: number;
  /** Place in the configuration. Decides which thread writes to this destination. */
  readonly index: number;
  /** How the workers connect. */
  readonly workerConnection: SessionParams;
  /** How the main thread connects: this session holds the writer's lock and looks at the table. */
  readonly controlConnection: SessionParams;
  /** Whether its worker may connect before this process is the writer. */
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
  /** Told of each committed write and of its last event. Must be quick: it is called for every write. */
  readonly onWritten?: ((name: string, written: WriteSuccess, last: Fingerprint) => void) | undefined;
  /** Aborted when the run ends: drops the session of the main thread, whatever it is doing. */
  readonly end: AbortSignal;
}
