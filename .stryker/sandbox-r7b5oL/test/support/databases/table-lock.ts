// @ts-nocheck
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { connectTo } from '../postgres/databases.js';
import { until } from '../until.js';

/** A lock on a table that a test holds until it is released or disposed of. */
export class TableLock implements AsyncDisposable {
  readonly #holder: Connection;
  readonly #observer: Connection;
  readonly #table: string;

  private constructor(holder: Connection, observer: Connection, table: string) {
    this.#holder = holder;
    this.#observer = observer;
    this.#table = table;
  }

  static async take(
    params: ConnectionParams,
    mode: 'SHARE' | 'ACCESS EXCLUSIVE',
    table = 'events',
  ): Promise<TableLock> {
    const [holder, observer] = [await connectTo(params), await connectTo(params)];
    await holder.query(`BEGIN; LOCK TABLE public.${table} IN ${mode} MODE`);
    return new TableLock(holder, observer, table);
  }

  /** Waits until somebody waits for the lock. */
  untilWaitedFor(): Promise<void> {
    const sql = `SELECT FROM pg_locks WHERE relation = 'public.${this.#table}'::regclass AND NOT granted
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
