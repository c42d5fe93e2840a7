import { type Connection, connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import type { IdRange } from '../plan/id-range.js';
import { checkEventsTable } from '../schema/check.js';
import { type DatabaseIdentity, readIdentity } from '../schema/identity.js';
import type { DigestedRange } from './digest-series.js';
import { type DigestMethod, firstEventsDigestSql, probeSql, rowDigestsSql } from './digest-sql.js';
import { copyRows, type EventRows } from './event-rows.js';
import { joinDigests, type RangeDigest, type RangeReader, type RowDigest } from './range-digest.js';
import { retryConflicts } from './retry-conflicts.js';

/** What `pg_stat_activity.application_name` shows. */
export const DIFF_APPLICATION = 'slate-eventsDiff';

export interface OpenOptions {
  readonly connectTimeoutMs: number;
  /** When aborted, whatever is being done fails with its reason. */
  readonly signal?: AbortSignal;
  /** Events that one statement digests, at most. Default 50,000. */
  readonly maxEventsPerRead?: number | undefined;
  /** `LONGEST_MESSAGE_BYTES` where whole events are read. */
  readonly maxMessageBytes?: number;
}

const MAX_EVENTS_PER_READ = 50_000;

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
  readonly #maxEventsPerRead: bigint;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(params: ConnectionParams, connection: Connection, options: OpenOptions) {
    this.params = params;
    this.#connection = connection;
    this.#signal = options.signal;
    this.#maxEventsPerRead = BigInt(options.maxEventsPerRead ?? MAX_EVENTS_PER_READ);
  }

  /** @throws OperatorError when it cannot be reached or is no events table. */
  static async open(params: ConnectionParams, options: OpenOptions): Promise<EventsTable> {
    const session = {
      applicationName: DIFF_APPLICATION,
      settings: READ_SETTINGS,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    };
    const table = new EventsTable(params, await connect(params, { ...options, ...session }), options);
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

  /** The digest that this server computes for a few events, the same for every server. */
  async probe(method: DigestMethod): Promise<string | undefined> {
    const [row] = await this.query<{ probe: string }>(probeSql(method));
    return row?.probe;
  }

  /** Digests the first events of a range in one statement; `range` of the result says up to where these are all. */
  async digestFirst({ from, to }: IdRange): Promise<DigestedRange> {
    const [row] = await this.query<{ count: bigint; from: bigint; to: bigint; sum: string }>(
      firstEventsDigestSql(this.method),
      [from, to, this.#maxEventsPerRead],
    );
    if (row === undefined || row.count === 0n)
      return { range: { from, to }, digest: { count: 0n, sum: '0' } };
    const { count, sum, ...ids } = row;
    return {
      range: { from, to: count < this.#maxEventsPerRead ? to : ids.to },
      digest: { count, sum, ids },
    };
  }

  async digest({ from, to }: IdRange): Promise<RangeDigest> {
    let { range, digest } = await this.digestFirst({ from, to });
    while (range.to < to) {
      const next = await this.digestFirst({ from: range.to + 1n, to });
      digest = joinDigests(digest, next.digest);
      range = next.range;
    }
    return digest;
  }

  rows({ from, to }: IdRange): Promise<RowDigest[]> {
    return this.query<RowDigest>(rowDigestsSql(this.method), [from, to]);
  }

  /** @throws OperatorError, or the signal's reason. */
  query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#inTurn((connection) => connection.query<Row>(sql, values));
  }

  /** What a COPY of events gives. @throws OperatorError, or the signal's reason. */
  copyRows(sql: string): Promise<EventRows> {
    return this.#inTurn((connection) => copyRows(connection, sql));
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
      return await retryConflicts(() => work(this.#connection), this.#signal);
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw explainDatabaseError(error, { doing: 'read events', params: this.params });
    }
  }
}
