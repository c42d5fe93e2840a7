import type pg from 'pg';
import type { ConnectionParams } from './connection-params.js';

/** One open database session. Disposing it says goodbye to the server; `destroy` just drops the socket. */
export interface Connection extends AsyncDisposable {
  readonly client: pg.Client;
  readonly params: ConnectionParams;
  /** What messages call the database (`describeDatabase`). */
  readonly where: string;
  /** The server process behind this session; undefined while connecting. */
  readonly backendPid: number | undefined;
  /** When the server was started: another server, or the same after a restart, has another. */
  readonly serverStartedAt: string | undefined;
  /** The least time that a question and its answer have taken so far. */
  readonly roundTripMs: number;
  /** What was asked of the server in this session. */
  readonly traffic: Traffic;
  /** Aborted when the session is gone, whoever ended it; its reason is the error, where there is one. */
  readonly lost: AbortSignal;
  /**
   * Rows of one statement: `int8` as bigint, `timestamptz`, `json` and `jsonb` as the server's text.
   * @throws the server's error, or why the session has ended; either has a code, and `explainDatabaseError`
   * knows its side.
   */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Counts something else than a `query` as asked until `answer` is settled. Throws as `query` does. */
  awaiting<T>(answer: Promise<T>): Promise<T>;
  /**
   * Runs `work`, whose first statement pg cannot send in a session that pipelines: a COPY takes over the
   * socket. Waits until all else is answered; what is asked meanwhile waits until `work` is done.
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** From now on triggers of the database's owner may run in this session: see `fireTriggersSql`. */
  fireTriggers(): Promise<void>;
  /** Opens another session to the same database in the same way. */
  openBeside(applicationName: string): Promise<Connection>;
  /**
   * Drops the socket at once; whatever was running is rolled back by the server. The reason is that of
   * `lost`.
   */
  destroy(reason?: Error): void;
}

/** How many statements were answered so far, and how many are waiting for it. */
export interface Traffic {
  answered: number;
  unanswered: number;
}
