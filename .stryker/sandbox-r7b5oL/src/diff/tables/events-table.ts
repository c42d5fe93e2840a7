// @ts-nocheck
import type { IdRange } from '../../events/id-range.js';
import type { Connection } from '../../pg/connection.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import { checkEventsTable } from '../../schema/check.js';
import { type DatabaseIdentity, readIdentity } from '../../schema/identity.js';
import { larger, smaller } from './cut-ids.js';
import type { DigestedRange } from './digest-series.js';
import {
  type DigestMethod,
  firstEventsDigestSql,
  probeSql,
  rowDigestsSql,
  walkDigestSql,
} from './digest-sql.js';
import { copyRows, type EventRows } from './event-rows.js';
import { joinDigests, type RangeDigest, type RangeReader, type RowDigest } from './range-digest.js';
import { ReadSession, type ReadSessionOptions } from './read-session.js';
import { isConflict } from './retry-conflicts.js';
import type { WalkReader } from './walk-ranges.js';

export interface OpenOptions extends ReadSessionOptions {
  /** Maximum number of events that one statement digests. Default 50,000. */
  readonly maxEventsPerRead?: number | undefined;
}

const MAX_EVENTS_PER_READ = 50_000n;
/** A statement that reads this few events is not cancelled, even by a hot standby that waits for nobody. */
const FEWEST_EVENTS_PER_READ = 1_000n;

/** What the primary key and the server's statistics tell of a table. */
export interface TableExtent {
  /** Absent in an empty table. */
  readonly ids?: IdRange;
  /** Absent where the server has no statistics. */
  readonly estimatedEvents?: bigint;
}

/**
 * One events table, read over one session. Statements are executed one after the other; in a pipelined
 * session they wait at the server.
 */
export class EventsTable implements RangeReader, WalkReader, AsyncDisposable {
  /** Method of digesting. Must be the same for all tables that are compared. */
  method: DigestMethod = 'hash';
  readonly #session: ReadSession;
  #eventsPerRead: bigint;

  private constructor(session: ReadSession, eventsPerRead: bigint) {
    this.#session = session;
    this.#eventsPerRead = eventsPerRead;
  }

  /** Connects without checking the table: call `check`. @throws OperatorError if it cannot be reached. */
  static async connect(params: ConnectionParams, options: OpenOptions): Promise<EventsTable> {
    const eventsPerRead = BigInt(options.maxEventsPerRead ?? MAX_EVENTS_PER_READ);
    return new EventsTable(await ReadSession.open(params, options), eventsPerRead);
  }

  /** @throws OperatorError when it cannot be reached or is no events table. */
  static async open(params: ConnectionParams, options: OpenOptions): Promise<EventsTable> {
    const table = await EventsTable.connect(params, options);
    try {
      await table.check();
      return table;
    } catch (error) {
      await table[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Name of the database in messages. */
  get where(): string {
    return this.#session.where;
  }

  /** How many events a statement may digest. Fewer after each statement that was cancelled. */
  get eventsPerRead(): bigint {
    return this.#eventsPerRead;
  }

  /** Shortest time from a query to its answer so far. */
  get roundTripMs(): number {
    return this.#session.roundTripMs;
  }

  /** @throws OperatorError when it is no events table. */
  check(): Promise<void> {
    return this.#session.run(checkEventsTable);
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

  /** The digest that this server computes for a few fixed events. */
  async probe(method: DigestMethod): Promise<string | undefined> {
    const [row] = await this.query<{ probe: string }>(probeSql(method));
    return row?.probe;
  }

  /**
   * Digests the first events of a range in one statement. `range` of the result says which ids the digest
   * covers.
   */
  digestFirst({ from, to }: IdRange): Promise<DigestedRange> {
    return this.#readLimited(async (connection, limit) => {
      const values = [from, to, limit];
      const [row] = await connection.query<DigestRow>(firstEventsDigestSql(this.method), values);
      const digest = digestOf(row);
      return { range: { from, to: row && row.count === limit ? row.to : to }, digest };
    });
  }

  beginWalk({ from, to }: IdRange): Promise<DigestedRange> {
    return this.#readLimited(async (connection, limit) => {
      const sql = walkDigestSql(this.method, 'given');
      const [row] = await connection.query<WalkRow>(sql, [to, limit, from]);
      return { range: { from, to: row?.upTo ?? to }, digest: digestOf(row) };
    });
  }

  async continueWalk(to: bigint): Promise<DigestedRange | undefined> {
    const limit = this.#eventsPerRead;
    const sql = walkDigestSql(this.method, 'continued');
    try {
      const [row] = await this.#session.tryOnce((connection) => connection.query<WalkRow>(sql, [to, limit]));
      if (row?.after == null) return undefined;
      return { range: { from: row.after + 1n, to: row.upTo }, digest: digestOf(row) };
    } catch (error) {
      if (!isConflict(error)) throw error;
      this.#readLess(limit);
      return undefined;
    }
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

  /** Runs a COPY of events. @throws OperatorError, or the reason of the signal. */
  copyRows(sql: string): Promise<EventRows> {
    return this.#session.run((connection) => copyRows(connection, sql));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** Runs `work` again, with fewer events each time, if the server cancels it. */
  #readLimited<T>(work: (connection: Connection, limit: bigint) => Promise<T>): Promise<T> {
    let limit = this.#eventsPerRead;
    return this.#session.run(
      (connection) => {
        limit = this.#eventsPerRead;
        return work(connection, limit);
      },
      () => this.#readLess(limit),
    );
  }

  /**
   * Lowers the limit: a shorter statement ends before a hot standby cancels it. If several statements with
   * the same limit are cancelled, only the first lowers it.
   */
  #readLess(limit: bigint): void {
    if (limit !== this.#eventsPerRead) return;
    this.#eventsPerRead = larger(
      this.#eventsPerRead / 4n,
      smaller(this.#eventsPerRead, FEWEST_EVENTS_PER_READ),
    );
  }
}

interface DigestRow {
  readonly count: bigint;
  /** Null where there is no event. */
  readonly from: bigint;
  readonly to: bigint;
  readonly sum: string;
}

interface WalkRow extends DigestRow {
  readonly upTo: bigint;
  readonly after: bigint | null;
}

function digestOf(row: DigestRow | undefined): RangeDigest {
  if (row === undefined || row.count === 0n) return { count: 0n, sum: '0' };
  const { count, sum, from, to } = row;
  return { count, sum, ids: { from, to } };
}
