import type { Connection } from '../../src/pg/connect.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../postgres/databases.js';
import { until } from './until.js';

/** A lock on table `events` that a test holds until it is released or disposed of. */
export class TableLock implements AsyncDisposable {
  readonly #holder: Connection;
  readonly #observer: Connection;

  private constructor(holder: Connection, observer: Connection) {
    this.#holder = holder;
    this.#observer = observer;
  }

  static async take(params: ConnectionParams, mode: 'SHARE' | 'ACCESS EXCLUSIVE'): Promise<TableLock> {
    const [holder, observer] = [await connectTo(params), await connectTo(params)];
    await holder.query(`BEGIN; LOCK TABLE events IN ${mode} MODE`);
    return new TableLock(holder, observer);
  }

  /** Waits until somebody waits for the lock. */
  untilWaitedFor(): Promise<void> {
    const sql = `SELECT FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return until('somebody waited for the lock', async () => (await this.#observer.query(sql)).length > 0);
  }

  async release(): Promise<void> {
    await this.#holder[Symbol.asyncDispose]();
    await this.#observer[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
