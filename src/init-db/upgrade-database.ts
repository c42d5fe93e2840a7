import { connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { readTableType } from '../schema/check.js';
import type { TableType } from '../schema/objects.js';
import { upgradeDestination } from './upgrade-destination.js';
import { type UpgradeOptions, type UpgradeResult, upgradeSource } from './upgrade-source.js';

export interface UpgradeDatabaseOptions extends UpgradeOptions {
  /** Absent: what the database is. */
  readonly tableType?: TableType | undefined;
}

/**
 * Brings a source or a destination up to date.
 * @returns what was done, and which kind of database it is.
 * @throws as `upgradeSource`.
 */
export async function upgradeDatabase(
  params: ConnectionParams,
  options: UpgradeDatabaseOptions,
): Promise<UpgradeResult & { readonly tableType: TableType }> {
  const tableType = options.tableType ?? (await look(params, options));
  const upgrade = tableType === 'source' ? upgradeSource : upgradeDestination;
  return { tableType, ...(await upgrade(params, options)) };
}

async function look(params: ConnectionParams, { signal, connectTimeoutMs }: UpgradeOptions) {
  const own = { applicationName: 'slate-init-db', connectTimeoutMs, signal };
  await using connection = await connect(params, own);
  return await readTableType(connection);
}
