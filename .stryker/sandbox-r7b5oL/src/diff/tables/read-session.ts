// @ts-nocheck
import { connect } from '../../pg/connect.js';
import type { Connection } from '../../pg/connection.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import { ConnectionLostError } from '../../pg/error-code.js';
import { explainDatabaseError } from '../../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../../pg/heartbeat.js';
import { isConflict, retryConflicts } from './retry-conflicts.js';

/** What `pg_stat_activity.application_name` shows. */
export const DIFF_APPLICATION = 'slate-eventsDiff';

export interface ReadSessionOptions {
  readonly connectTimeoutMs: number;
  /** When aborted, whatever is being done fails with its reason. */
  readonly signal?: AbortSignal;
  /** Whether statements are sent without waiting for earlier answers. COPY is not possible then. */
  readonly pipeline?: boolean;
  /** `LONGEST_MESSAGE_BYTES` where whole events are read. */
  readonly maxMessageBytes?: number;
}

/**
 * Makes every statement read along the primary key, even if the server has no statistics yet and would scan
 * or sort the whole table. Each statement has its own snapshot: events are immutable, and a long snapshot
 * keeps a busy database from cleaning up.
 */
const READ_SETTINGS = {
  default_transaction_read_only: 'on',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_sort: 'off',
};

/**
 * A session that only reads. Work that a hot standby cancels is done again. If the standby has ended the
 * session, all work under way in it is done again in a new session.
 */
export class ReadSession implements AsyncDisposable {
  readonly params: ConnectionParams;
  readonly #options: ReadSessionOptions;
  #connection: Connection;
  /** The conflict that ended a statement of each session, until the session answers again. */
  readonly #conflicts = new WeakMap<Connection, unknown>();
  #reopening: Promise<void> | undefined;
  #isClosed: boolean = false;

  private constructor(params: ConnectionParams, options: ReadSessionOptions, connection: Connection) {
    this.params = params;
    this.#options = options;
    this.#connection = connection;
  }

  /** @throws OperatorError when the database cannot be reached. */
  static async open(params: ConnectionParams, options: ReadSessionOptions): Promise<ReadSession> {
    const connection = await retryConflicts(() => openConnection(params, options), options);
    return new ReadSession(params, options, connection);
  }

  /** Name of the database in messages. */
  get where(): string {
    return this.#connection.where;
  }

  /** Shortest time from a query to its answer so far. */
  get roundTripMs(): number {
    return this.#connection.roundTripMs;
  }

  /**
   * Runs work that only reads.
   * @param onConflict called each time before the work is run again.
   * @throws OperatorError, or the reason of the signal.
   */
  run<T>(work: (connection: Connection) => Promise<T>, onConflict: () => void = () => {}): Promise<T> {
    const { signal } = this.#options;
    let hadConflict = false;
    const again = () => {
      hadConflict = true;
      onConflict();
    };
    const read = async () => {
      if (hadConflict) await this.#reopenIfLost();
      return this.#attempt(work);
    };
    return this.#explained(retryConflicts(read, { signal, onConflict: again }));
  }

  /**
   * Runs work that only reads, once.
   * @throws as `run` does, and also a conflict, which `isConflict` recognizes.
   */
  tryOnce<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#explained(this.#attempt(work));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#reopening?.catch(() => {});
    await this.#connection[Symbol.asyncDispose]();
  }

  async #explained<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw explainDatabaseError(error, { doing: 'read events from', params: this.params });
    }
  }

  async #attempt<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    this.#options.signal?.throwIfAborted();
    const connection = this.#connection;
    try {
      const result = await work(connection);
      this.#conflicts.delete(connection);
      return result;
    } catch (error) {
      if (isConflict(error)) this.#conflicts.set(connection, error);
      else if (connection.lost.aborted) throw this.#conflicts.get(connection) ?? error;
      throw error;
    }
  }

  #reopenIfLost(): Promise<void> {
    this.#reopening ??= this.#openIfLost().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #openIfLost(): Promise<void> {
    const isAlive = await this.#connection.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (this.#isClosed) throw new ConnectionLostError('The session was closed.');
    if (!isAlive) this.#connection = await openConnection(this.params, this.#options);
  }
}

function openConnection(params: ConnectionParams, options: ReadSessionOptions): Promise<Connection> {
  const { connectTimeoutMs, signal, pipeline, maxMessageBytes } = options;
  return connect(params, {
    connectTimeoutMs,
    signal,
    pipeline,
    maxMessageBytes,
    applicationName: DIFF_APPLICATION,
    settings: READ_SETTINGS,
    heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
  });
}
