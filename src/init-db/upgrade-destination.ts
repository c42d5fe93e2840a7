import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { inTransaction } from '../pg/in-transaction.js';
import { checkDestinationObjects } from '../schema/check.js';
import { DESTINATION_FUNCTION, readSql } from '../schema/sql-files.js';
import type { UpgradeOptions, UpgradeResult } from './upgrade-source.js';

/**
 * Gives an older destination the function of a destination. Changes no event, and locks no table.
 * @throws OperatorError if the database is no destination, or the server refuses; the reason of the signal if
 *   it was aborted.
 */
export async function upgradeDestination(
  params: ConnectionParams,
  { signal, connectTimeoutMs }: UpgradeOptions,
): Promise<UpgradeResult> {
  try {
    const own = { applicationName: 'slate-init-db', connectTimeoutMs, signal };
    await using connection = await connect(params, own);
    await checkDestinationObjects(connection);
    return await inTransaction(connection, () => upgrade(connection));
  } catch (error) {
    signal?.throwIfAborted();
    throw explainDatabaseError(error, { doing: 'upgrade the destination', params });
  }
}

async function upgrade(connection: Connection): Promise<UpgradeResult> {
  const before = await readDefinition(connection);
  await connection.query(readSql(DESTINATION_FUNCTION));
  return { changed: (await readDefinition(connection)) !== before, grantedTo: [] };
}

async function readDefinition(connection: Connection): Promise<string | undefined> {
  const [found] = await connection.query<{ definition: string }>(
    `SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
      WHERE oid = to_regprocedure('public.wait_for_event(bigint,integer)')`,
  );
  return found?.definition;
}
