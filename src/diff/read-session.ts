import { type Connection, connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { retryConflicts } from './retry-conflicts.js';

/** What `pg_stat_activity.application_name` shows. */
export const DIFF_APPLICATION = 'slate-eventsDiff';

export interface ReadSessionOptions {
  readonly connectTimeoutMs: number;
  /** When aborted, whatever is being done fails with its reason. */
  readonly signal?: AbortSignal;
  /** `LONGEST_MESSAGE_BYTES` where whole events are read. */
  readonly maxMessageBytes?: number;
}

/**
 * Every statement reads along the primary key, also where the server has no statistics yet and would rather scan or sort
 * the whole table. Each sees a snapshot of its own: events are immutable, and a snapshot held for long keeps a busy
 * database from cleaning up.
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
 * A session that only reads, one piece of work at a time. What a hot standby cancels is done again, and where it has ended the
 * session for that, in another one.
 */
export class ReadSession implements AsyncDisposable {
  readonly params: ConnectionParams;
  readonly #options: ReadSessionOptions;
  #connection: Connection;
  #turn: Promise<unknown> = Promise.resolve();

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

  /** What messages call the database. */
  get where(): string {
    return this.#connection.where;
  }

  /**
   * Does what only reads, after what was asked for before.
   * @param onConflict is called each time before it is done again.
   * @throws OperatorError, or the signal's reason.
   */
  run<T>(work: (connection: Connection) => Promise<T>, onConflict: () => void = () => {}): Promise<T> {
    const done = this.#turn.then(() => this.#explained(work, onConflict));
    this.#turn = done.catch(() => {});
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  async #explained<T>(work: (connection: Connection) => Promise<T>, onConflict: () => void): Promise<T> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    let hadConflict = false;
    const again = () => {
      hadConflict = true;
      onConflict();
    };
    const read = async () => {
      if (hadConflict) await this.#reopenIfLost();
      return work(this.#connection);
    };
    try {
      return await retryConflicts(read, { signal, onConflict: again });
    } catch (error) {
      signal?.throwIfAborted();
      throw explainDatabaseError(error, { doing: 'read events from', params: this.params });
    }
  }

  async #reopenIfLost(): Promise<void> {
    const isAlive = await this.#connection.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!isAlive) this.#connection = await openConnection(this.params, this.#options);
  }
}

function openConnection(params: ConnectionParams, options: ReadSessionOptions): Promise<Connection> {
  const { connectTimeoutMs, signal, maxMessageBytes } = options;
  return connect(params, {
    connectTimeoutMs,
    signal,
    maxMessageBytes,
    applicationName: DIFF_APPLICATION,
    settings: READ_SETTINGS,
    heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
  });
}
