// @ts-nocheck
import type pg from 'pg';
import type { ConnectionParams } from './connection-params.js';

/** One open database session. Disposing ends it in an orderly way; `destroy` drops the socket. */
export interface Connection extends AsyncDisposable {
  readonly client: pg.Client;
  readonly params: ConnectionParams;
  /** Name of the database in messages (`describeDatabase`). */
  readonly where: string;
  /** The server process behind this session; undefined while connecting. */
  readonly backendPid: number | undefined;
  /** When the server was started. It tells another server, or a restarted one, apart. */
  readonly serverStartedAt: string | undefined;
  /** Shortest time from a query to its answer so far. */
  readonly roundTripMs: number;
  /** Numbers of queries sent and answered in this session. */
  readonly traffic: Traffic;
  /** Aborted when the session has ended, whoever ended it. Its reason is the error, if there is one. */
  readonly lost: AbortSignal;
  /**
   * Runs one statement. Rows have `int8` as bigint, and `timestamptz`, `json` and `jsonb` as the text of the
   * server.
   * @throws the error of the server, or the reason why the session has ended. Either has a code, and
   *   `explainDatabaseError` knows its database.
   */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Counts something other than a `query` as unanswered until `answer` is settled. Throws as `query` does.
   */
  awaiting<T>(answer: Promise<T>): Promise<T>;
  /**
   * Runs `work` while the session does not pipeline: pg refuses COPY in a pipelined session, because COPY
   * takes over the socket. Waits until all earlier queries are answered. Later queries wait until `work` is
   * done.
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Allows triggers of the owner of the database to run in this session from now on: see `fireTriggersSql`.
   */
  fireTriggers(): Promise<void>;
  /** Opens another session to the same database in the same way. */
  openBeside(applicationName: string): Promise<Connection>;
  /**
   * Drops the socket at once: the server rolls back an open transaction. `reason` becomes the reason of
   * `lost`.
   */
  destroy(reason?: Error): void;
}

/** How many statements were answered so far, and how many are not yet. */
export interface Traffic {
  answered: number;
  unanswered: number;
}
