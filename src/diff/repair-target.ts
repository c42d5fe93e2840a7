import { describeWriterLockHolder, endStaleWriters, tryWriterLock } from '../destination/writer-lock.js';
import { OperatorError } from '../lifecycle/operator-error.js';
import { type Connection, connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { LONGEST_MESSAGE_BYTES } from '../pg/message-guard.js';
import { pipeCopy } from '../pg/pipe-copy.js';
import type { IdRange } from '../plan/id-range.js';
import { checkDestination } from '../schema/check.js';
import { inTransaction } from '../schema/in-transaction.js';
import { DIFF_APPLICATION, type OpenOptions, READ_SETTINGS } from './events-table.js';
import type { RepairPlan } from './repair-plan.js';
import {
  ANALYZE_FRESH_SQL,
  COPY_FRESH_IN_SQL,
  CREATE_FRESH_SQL,
  copyFreshOutSql,
  INSERT_SQL,
  UPDATE_SQL,
} from './repair-sql.js';

const WRITE_SETTINGS = { synchronous_commit: 'on' };

/** Ranges that one COPY reads: more would make the statement long, fewer would make many statements. */
const RANGES_PER_COPY = 1_000;

/** A destination that nobody else writes to until this is disposed of. */
export class RepairTarget implements AsyncDisposable {
  readonly #params: ConnectionParams;
  readonly #options: OpenOptions;
  readonly #connection: Connection;

  private constructor(params: ConnectionParams, options: OpenOptions, connection: Connection) {
    this.#params = params;
    this.#options = options;
    this.#connection = connection;
  }

  /**
   * Becomes the one writer of a destination.
   * @throws OperatorError when it is no destination (a source is never written to), or somebody else is its writer.
   */
  static async open(params: ConnectionParams, options: OpenOptions): Promise<RepairTarget> {
    const settings = {
      applicationName: DIFF_APPLICATION,
      settings: WRITE_SETTINGS,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    };
    const target = new RepairTarget(params, options, await connect(params, { ...options, ...settings }));
    try {
      await checkDestination(target.#connection);
      await target.#becomeWriter();
      return target;
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw explainDatabaseError(error, { doing: 'prepare the repair', params });
    }
  }

  /**
   * Makes the planned events what they are in the left table, to the byte, in one transaction.
   * @throws OperatorError when anything is not as planned; then nothing was changed.
   */
  async repair(left: ConnectionParams, plan: RepairPlan): Promise<void> {
    // Not watched: while this side is slow, the left one waits for us.
    const settings = {
      applicationName: DIFF_APPLICATION,
      settings: READ_SETTINGS,
      maxMessageBytes: LONGEST_MESSAGE_BYTES,
    };
    await using source = await connect(left, { ...this.#options, ...settings });
    try {
      await inTransaction(this.#connection, () => this.#write(source, plan));
    } catch (error) {
      const isLeft = source.lost.aborted;
      throw explainDatabaseError(error, {
        doing: isLeft ? 'read events' : 'repair events',
        params: isLeft ? left : this.#params,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  async #becomeWriter(): Promise<void> {
    if (!(await tryWriterLock(this.#connection))) {
      const holder = (await describeWriterLockHolder(this.#connection)) ?? 'another session';
      throw new OperatorError(`${this.#connection.where} has a writer: ${holder}. Nothing was written.`, {
        hint: 'Stop the replicator, repair, and start it again.',
      });
    }
    await endStaleWriters(this.#connection);
  }

  async #write(source: Connection, plan: RepairPlan): Promise<void> {
    await this.#connection.query(CREATE_FRESH_SQL);
    await this.#fetch(source, plan.eventRanges, 'event');
    await this.#fetch(source, plan.tsRanges, 'ts');
    await this.#connection.query(ANALYZE_FRESH_SQL);
    await this.#change('updated', UPDATE_SQL, plan.eventUpdates + plan.tsUpdates);
    await this.#change('inserted', INSERT_SQL, plan.inserts);
  }

  async #fetch(source: Connection, ranges: readonly IdRange[], columns: 'event' | 'ts'): Promise<void> {
    for (let first = 0; first < ranges.length; first += RANGES_PER_COPY) {
      const sourceSql = copyFreshOutSql(ranges.slice(first, first + RANGES_PER_COPY), columns);
      const destination = this.#connection;
      await pipeCopy({ source, sourceSql, destination, destinationSql: COPY_FRESH_IN_SQL });
    }
  }

  async #change(done: string, sql: string, expected: bigint): Promise<void> {
    const { rowCount } = await this.#connection.awaiting(this.#connection.client.query(sql));
    if (BigInt(rowCount ?? 0) === expected) return;
    throw new OperatorError(
      `${this.#connection.where}: ${rowCount} events would have been ${done}, expected ${expected}. Nothing was written.`,
      { hint: 'One of the tables has changed since they were compared. Compare again.' },
    );
  }
}
