import { connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { checkSource } from './check.js';
import { inTransaction } from './in-transaction.js';
import { readSql, SOURCE_FUNCTIONS } from './sql-files.js';

export interface UpgradeOptions {
  connectTimeoutMs: number;
  /** Aborting it leaves the database as it was. */
  signal?: AbortSignal;
}

/**
 * Brings a source that the original made to our functions and triggers, in one transaction; also one that has them already. Changes no event
 * and no right. Waits for the loaders that are writing at the moment, and those that come wait for it.
 * @throws OperatorError if it is not a source or the server refuses; the signal's reason if it was aborted.
 */
export async function upgradeSource(params: ConnectionParams, options: UpgradeOptions): Promise<void> {
  const { signal, connectTimeoutMs } = options;
  try {
    const own = {
      applicationName: 'slate-init-db',
      connectTimeoutMs,
      ...(signal === undefined ? {} : { signal }),
    };
    await using connection = await connect(params, own);
    await checkSource(connection);
    await inTransaction(connection, async () => {
      await connection.query(SOURCE_FUNCTIONS.map(readSql).join('\n'));
      // A function of the original with other arguments would now be there twice.
      await checkSource(connection);
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw explainDatabaseError(error, { doing: 'upgrade the source', params });
  }
}
