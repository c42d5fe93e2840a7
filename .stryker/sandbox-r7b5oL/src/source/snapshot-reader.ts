// @ts-nocheck
import type { SourceLog } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import { errorCode } from '../pg/error-code.js';
import { INSUFFICIENT_PRIVILEGE } from '../pg/sqlstate.js';
import { MAY_READ_NEXT_ID_SQL, type Snapshot, snapshotSql } from './settlement-sql.js';

export interface SnapshotReaderOptions {
  /** Runs queries on the source. */
  readonly ask: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;
  readonly log: SourceLog;
}

/** Reads snapshots of the source. Includes table `id` only if the role may read it. */
export class SnapshotReader {
  readonly #options: SnapshotReaderOptions;
  #mayReadNextId: boolean | undefined;
  #isNextIdTold: boolean = false;

  constructor(options: SnapshotReaderOptions) {
    this.#options = options;
  }

  /** Whether a snapshot can be read without another query first. */
  get isPrepared(): boolean {
    return this.#mayReadNextId !== undefined;
  }

  /** Asks in advance what every look needs first. */
  async prepare(): Promise<void> {
    const [row] = await this.#options.ask((connection) =>
      connection.query<{ may: boolean }>(MAY_READ_NEXT_ID_SQL),
    );
    this.#mayReadNextId = row?.may === true;
  }

  async read(): Promise<Snapshot> {
    if (this.#mayReadNextId === undefined) await this.prepare();
    if (!this.#mayReadNextId) this.#tellOfNextId();
    try {
      return await this.#query(this.#mayReadNextId === true);
    } catch (error) {
      if (!this.#mayReadNextId || errorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      this.#mayReadNextId = false;
      return this.#query(false);
    }
  }

  async #query(mayReadNextId: boolean): Promise<Snapshot> {
    const [snapshot] = await this.#options.ask((connection) =>
      connection.query<Snapshot>(snapshotSql(mayReadNextId)),
    );
    if (snapshot === undefined) throw new Error('The source gave no answer.');
    return snapshot;
  }

  #tellOfNextId(): void {
    if (this.#isNextIdTold) return;
    this.#isNextIdTold = true;
    this.#options.log.write('the role may not read table "id" of the source', {
      hint: 'GRANT SELECT ON id to it. Until then an event that somebody inserts past table "id" is copied.',
    });
  }
}
