// @ts-nocheck
import { OperatorError } from '../../common/operator-error.js';
import { COPY_EVENTS_IN_SQL } from '../../events/events-sql.js';
import { connect } from '../../pg/connect.js';
import type { Connection } from '../../pg/connection.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import { copyIn } from '../../pg/copy-in.js';
import { errorCode } from '../../pg/error-code.js';
import { explainDatabaseError } from '../../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../../pg/heartbeat.js';
import { inTransaction } from '../../pg/in-transaction.js';
import { LONGEST_MESSAGE_BYTES } from '../../pg/message-guard.js';
import { UNIQUE_VIOLATION } from '../../pg/sqlstate.js';
import { checkRepairable } from '../../schema/check.js';
import { describeWriterLockHolder, endStaleWriters, tryWriterLock } from '../../schema/writer-lock.js';
import { columnArrays, copyRows, type EventRows } from '../tables/event-rows.js';
import type { EventsTable, OpenOptions } from '../tables/events-table.js';
import { DIFF_APPLICATION } from '../tables/read-session.js';
import type { RepairPlan, RepairStep } from './repair-plan.js';
import { readRows } from './repair-reader.js';
import { CHECK_AT_ONCE_SQL, type RepairColumns, selectRowsSql, updateSql } from './repair-sql.js';

/** Makes every statement use the primary key, also in a table without statistics. */
const WRITE_SETTINGS = {
  synchronous_commit: 'on',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

const CHANGED_HINT = 'One of the tables has changed since they were compared. Compare again.';

export interface RepairRun {
  readonly left: EventsTable;
  readonly plan: RepairPlan;
  /** Called after each piece with the number of events written so far. */
  readonly onProgress: (events: number) => void;
}

/** A destination that this process alone writes to, until disposed of. */
export class RepairTarget implements AsyncDisposable {
  readonly #params: ConnectionParams;
  readonly #connection: Connection;
  #written = 0;
  #isCommitting: boolean = false;

  private constructor(params: ConnectionParams, connection: Connection) {
    this.#params = params;
    this.#connection = connection;
  }

  /**
   * Becomes the one writer of a destination.
   * @throws OperatorError if the database is no destination (a source is never written to), or has another
   *   writer.
   */
  static async open(params: ConnectionParams, options: OpenOptions): Promise<RepairTarget> {
    const session = {
      applicationName: DIFF_APPLICATION,
      settings: WRITE_SETTINGS,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
      maxMessageBytes: LONGEST_MESSAGE_BYTES,
    };
    const target = new RepairTarget(params, await connect(params, { ...options, ...session }));
    try {
      await using asking = await openToAsk(params, options);
      await checkRepairable(asking);
      await target.#becomeWriter(asking);
      return target;
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw explainDatabaseError(error, { doing: 'prepare the repair of', params });
    }
  }

  /**
   * Checks in advance whether a repair would be refused, so that nobody is asked in vain.
   * @throws OperatorError as `open` does.
   */
  static async checkBeforehand(params: ConnectionParams, options: OpenOptions): Promise<void> {
    await using asking = await openToAsk(params, options);
    try {
      await checkRepairable(asking);
      const holder = await describeWriterLockHolder(asking);
      if (holder !== undefined) throw hasWriter(asking, holder);
    } catch (error) {
      throw explainDatabaseError(error, { doing: 'prepare the repair of', params });
    }
  }

  /**
   * Copies the planned events from the left table, to the byte, in one transaction. Reads what was written
   * again and compares it before the commit.
   * @throws OperatorError if anything is not as planned. It says whether anything was changed.
   */
  async repair(run: RepairRun): Promise<void> {
    try {
      // Earlier queries had to mean the same under every search_path. The statements from here on name
      // everything with its schema.
      await this.#connection.fireTriggers();
      await inTransaction(this.#connection, () => this.#write(run));
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  async #becomeWriter(asking: Connection): Promise<void> {
    if (!(await tryWriterLock(this.#connection))) {
      throw hasWriter(asking, (await describeWriterLockHolder(asking)) ?? 'another session');
    }
    await endStaleWriters(asking);
  }

  async #write(run: RepairRun): Promise<void> {
    const { inserts, eventUpdates, tsUpdates } = run.plan;
    await this.#connection.query(CHECK_AT_ONCE_SQL);
    await this.#take(run, inserts, 'event', (rows) => this.#insert(rows));
    await this.#take(run, eventUpdates, 'event', (rows) => this.#update(rows, 'event'));
    await this.#take(run, tsUpdates, 'ts', (rows) => this.#update(rows, 'ts'));
    this.#isCommitting = true;
  }

  async #take(
    { left, onProgress }: RepairRun,
    { ranges, count }: RepairStep,
    columns: RepairColumns,
    write: (rows: EventRows) => Promise<number>,
  ): Promise<void> {
    let read = 0;
    for await (const rows of readRows(left, ranges, columns)) {
      read += rows.tuples.length;
      const written = await write(rows);
      if (written !== rows.tuples.length) throw this.#changed(`${written} of ${rows.tuples.length} events`);
      await this.#verify(rows, columns);
      this.#written += written;
      onProgress(this.#written);
    }
    if (BigInt(read) !== count) throw this.#changed(`${read} of ${count} events`);
  }

  #insert({ bytes }: EventRows): Promise<number> {
    return copyIn(this.#connection, COPY_EVENTS_IN_SQL, [bytes]);
  }

  async #update(rows: EventRows, columns: RepairColumns): Promise<number> {
    const updating = this.#connection.client.query(updateSql(columns), columnArrays(rows));
    return (await this.#connection.awaiting(updating)).rowCount ?? 0;
  }

  /**
   * @throws OperatorError if the table does not hold what was written: a trigger or rule may have changed
   *   it.
   */
  async #verify({ bytes, tuples }: EventRows, columns: RepairColumns): Promise<void> {
    const ids = tuples.map(({ id }) => id);
    const found = await copyRows(this.#connection, selectRowsSql(ids, columns));
    if (found.bytes.equals(bytes)) return;
    const wrong = tuples.find(({ start, end }, index) => {
      const at = found.tuples[index];
      return at === undefined || !found.bytes.subarray(at.start, at.end).equals(bytes.subarray(start, end));
    });
    throw new OperatorError(
      `${this.#connection.where}: event ${wrong?.id} differs from what the repair wrote. The repair was rolled back.`,
      { hint: 'A trigger or a rule of table "events" changes it: disable it, and repair again.' },
    );
  }

  #changed(found: string): OperatorError {
    return new OperatorError(
      `${this.#connection.where}: only ${found} could be written. The repair was rolled back.`,
      { hint: CHANGED_HINT },
    );
  }

  #explain(error: unknown): OperatorError {
    if (this.#isCommitting && this.#connection.lost.aborted) return this.#unknownOutcome(error);
    const explained = explainDatabaseError(error, { doing: 'repair events in', params: this.#params });
    if (errorCode(error) !== UNIQUE_VIOLATION) return explained;
    return new OperatorError(explained.message, { hint: CHANGED_HINT, cause: error });
  }

  #unknownOutcome(cause: unknown): OperatorError {
    const message = `${this.#connection.where}: the connection was lost during the commit. The repair was made completely, or not at all.`;
    return new OperatorError(message, { hint: 'Compare again to see which.', cause });
  }
}

/** A session for queries of the catalogs, without the `search_path` that triggers need. */
function openToAsk(params: ConnectionParams, options: OpenOptions): Promise<Connection> {
  return connect(params, { ...options, applicationName: DIFF_APPLICATION, pipeline: true });
}

function hasWriter({ where }: Connection, holder: string): OperatorError {
  return new OperatorError(`A replicator is writing to ${where}: ${holder}. Nothing was written.`, {
    hint: 'Stop the replicator, repair, then restart it.',
  });
}
