import type { ConnectionParams } from '../pg/connection-params.js';
import type { IdRange } from '../plan/id-range.js';
import { checkEventsTable } from '../schema/check.js';
import { type DatabaseIdentity, readIdentity } from '../schema/identity.js';
import { larger, smaller } from './cut-ids.js';
import type { DigestedRange } from './digest-series.js';
import { type DigestMethod, firstEventsDigestSql, probeSql, rowDigestsSql } from './digest-sql.js';
import { copyRows, type EventRows } from './event-rows.js';
import { joinDigests, type RangeDigest, type RangeReader, type RowDigest } from './range-digest.js';
import { ReadSession, type ReadSessionOptions } from './read-session.js';

export interface OpenOptions extends ReadSessionOptions {
  /** Events that one statement digests, at most. Default 50,000. */
  readonly maxEventsPerRead?: number | undefined;
}

const MAX_EVENTS_PER_READ = 50_000n;
/** Not even a hot standby that waits for nobody cancels a statement that reads so few. */
const FEWEST_EVENTS_PER_READ = 1_000n;

/** What the primary key and the server's statistics tell of a table. */
export interface TableExtent {
  /** Absent in an empty table. */
  readonly ids?: IdRange;
  /** Absent where the server has no statistics. */
  readonly estimatedEvents?: bigint;
}

/** One events table, read by one statement at a time. */
export class EventsTable implements RangeReader, AsyncDisposable {
  /** How it digests; must be the same for all tables that are compared. */
  method: DigestMethod = 'hash';
  readonly #session: ReadSession;
  /** How many events a statement may digest; fewer after each that was cancelled. */
  #eventsPerRead: bigint;

  private constructor(session: ReadSession, eventsPerRead: bigint) {
    this.#session = session;
    this.#eventsPerRead = eventsPerRead;
  }

  /** @throws OperatorError when it cannot be reached or is no events table. */
  static async open(params: ConnectionParams, options: OpenOptions): Promise<EventsTable> {
    const eventsPerRead = BigInt(options.maxEventsPerRead ?? MAX_EVENTS_PER_READ);
    const table = new EventsTable(await ReadSession.open(params, options), eventsPerRead);
    try {
      await table.#session.run((connection) => checkEventsTable(connection));
      return table;
    } catch (error) {
      await table[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What messages call the database. */
  get where(): string {
    return this.#session.where;
  }

  identity(): Promise<DatabaseIdentity> {
    return this.#session.run(readIdentity);
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
  digestFirst({ from, to }: IdRange): Promise<DigestedRange> {
    return this.#session.run(
      async (connection) => {
        const limit = this.#eventsPerRead;
        const values = [from, to, limit];
        const [row] = await connection.query<DigestRow>(firstEventsDigestSql(this.method), values);
        if (row === undefined || row.count === 0n) {
          return { range: { from, to }, digest: { count: 0n, sum: '0' } };
        }
        const { count, sum, ...ids } = row;
        return { range: { from, to: count < limit ? to : ids.to }, digest: { count, sum, ids } };
      },
      () => this.#readLess(),
    );
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
    return this.#session.run((connection) => connection.query<Row>(sql, values));
  }

  /** What a COPY of events gives. @throws OperatorError, or the signal's reason. */
  copyRows(sql: string): Promise<EventRows> {
    return this.#session.run((connection) => copyRows(connection, sql));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** The shorter a statement is, the sooner it is done before a hot standby cancels it. */
  #readLess(): void {
    this.#eventsPerRead = larger(
      this.#eventsPerRead / 4n,
      smaller(this.#eventsPerRead, FEWEST_EVENTS_PER_READ),
    );
  }
}

interface DigestRow {
  readonly count: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly sum: string;
}
