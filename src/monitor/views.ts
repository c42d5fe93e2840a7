/** What the monitor may see of a run: read-only, and asked for once a second. */
import type { Connection } from '../pg/connection.js';

/** One database: its name in the log, and where it is. */
export interface DatabaseView {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export interface SourceView extends DatabaseView {
  /** How the run learns of new events. */
  readonly state: 'reconnecting' | 'polling' | 'listening';
  /** Notifications so far. */
  readonly notifications: number;
  /** How often the timer found events that no notification had announced. */
  readonly newsFoundByTimer: number;
  /** How often a session was opened again, by what it is for. */
  readonly reconnects: { readonly listen: number; readonly read: number };
  /** Rows that the source has sent. */
  readonly rowsServed: number;
  /** Whether events wait for transactions that may still insert ids before them. */
  readonly isWaitingForWriters: boolean;
  /** Runs short queries in a session that reads. */
  ask<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
}

export interface DestinationView extends DatabaseView {
  readonly state: string;
  /** Whether this process is the one writer. */
  readonly isWriter: boolean;
  /** Who keeps all writers away from it; undefined if nobody does. */
  readonly heldBy: string | undefined;
  readonly maxId: bigint | undefined;
  /** It holds all events up to this id. Undefined before the first validation. */
  readonly holdsUpTo: bigint | undefined;
  readonly copied: { readonly events: number; readonly bytes: number; readonly batches: number };
  /** Number of events that it lacks; undefined while that is not known. */
  lagEvents(sourceMaxId: bigint | undefined): number | undefined;
}

export interface RunView {
  /** All states that a destination can have. */
  readonly states: readonly string[];
  readonly source: SourceView;
  /** May change while the run lasts. */
  readonly destinations: readonly DestinationView[];
}
