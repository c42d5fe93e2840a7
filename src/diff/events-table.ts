import { type Connection, connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import type { IdRange } from '../plan/id-range.js';
import { checkEventsTable } from '../schema/check.js';
import { type DatabaseIdentity, readIdentity } from '../schema/identity.js';
import { type DigestMethod, probeSql, rangeDigestSql, rowDigestsSql } from './digest-sql.js';
import type { RangeDigest, RangeReader, RowDigest } from './range-digest.js';

/** What `pg_stat_activity.application_name` shows. */
export const DIFF_APPLICATION = 'slate-eventsDiff';

export interface OpenOptions {
  readonly connectTimeoutMs: number;
  /** When aborted, whatever is being done fails with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Every statement reads by id, also where the server has no statistics yet and would rather scan the whole table. Each
 * sees a snapshot of its own: events are immutable, and a snapshot held for long keeps a busy database from cleaning up.
 */
export const READ_SETTINGS = {
  default_transaction_read_only: 'on',
  enable_seqscan: 'off',
  jit: 'off',
};

/** What the primary key and the server's statistics tell of a table. */
export interface TableExtent {
  /** Absent in an empty table. */
  readonly ids?: IdRange;
  /** Absent where the server has no statistics. */
  readonly estimatedEvents?: bigint;
}

/** One events table, read by one statement at a time. */
export class EventsTable implements RangeReader, AsyncDisposable {
  readonly params: ConnectionParams;
  /** How it digests; must be the same for all tables that are compared. */
  method: DigestMethod = 'hash';
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(params: ConnectionParams, connection: Connection, signal: AbortSignal | undefined) {
    this.params = params;
    this.#connection = connection;
    this.#signal = signal;
  }

  /** @throws OperatorError when it cannot be reached or is no events table. */
  static async open(params: ConnectionParams, options: OpenOptions): Promise<EventsTable> {
    const session = {
      applicationName: DIFF_APPLICATION,
      settings: READ_SETTINGS,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    };
    const table = new EventsTable(params, await connect(params, { ...options, ...session }), options.signal);
    try {
      await table.#inTurn((connection) => checkEventsTable(connection));
      return table;
    } catch (error) {
      await table[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** `host:port/database` */
  get where(): string {
    return this.#connection.where;
  }

  identity(): Promise<DatabaseIdentity> {
    return this.#inTurn(readIdentity);
  }

  async extent(): Promise<TableExtent> {
    const [row] = await this.query<{ from: bigint | null; to: bigint | null; estimate: bigint | null }>(
      `SELECT min(id) AS "from", max(id) AS "to",
              (SELECT (reltuples * pg_relation_size(oid) / NULLIF(relpages, 0) / current_setting('block_size')::int)::bigint
                 FROM pg_class WHERE oid = 'public.events'::regclass) AS estimate
         FROM public.events`,
    );
    const { from = null, to = null, estimate = null } = row ?? {};
    return {
      ...(from === null || to === null ? {} : { ids: { from, to } }),
      ...(estimate === null || estimate <= 0n ? {} : { estimatedEvents: estimate }),
    };
  }

  /** What this server makes of the same few events as every other. */
  async probe(method: DigestMethod): Promise<string | undefined> {
    const [row] = await this.query<{ probe: string }>(probeSql(method));
    return row?.probe;
  }

  async digest({ from, to }: IdRange): Promise<RangeDigest> {
    const [row] = await this.query<{ count: bigint; from: bigint; to: bigint; sum: string }>(
      rangeDigestSql(this.method),
      [from, to],
    );
    if (row === undefined || row.count === 0n) return { count: 0n, sum: '0' };
    return { count: row.count, ids: { from: row.from, to: row.to }, sum: row.sum };
  }

  rows({ from, to }: IdRange): Promise<RowDigest[]> {
    return this.query<RowDigest>(rowDigestsSql(this.method), [from, to]);
  }

  /** @throws OperatorError, or the signal's reason. */
  query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#inTurn((connection) => connection.query<Row>(sql, values));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  #inTurn<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => this.#explained(work));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #explained<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    this.#signal?.throwIfAborted();
    try {
      return await work(this.#connection);
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw explainDatabaseError(error, { doing: 'read events', params: this.params });
    }
  }
}
