// @ts-nocheck
import pg from 'pg';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { inTransaction } from '../pg/in-transaction.js';
import { checkSourceObjects } from '../schema/check.js';
import { readSql, SOURCE_FUNCTIONS, SOURCE_TRIGGERS } from '../schema/sql-files.js';
import { checkUpgrade } from './check-upgrade.js';
import { grantMissing, readWriters } from './execute-rights.js';
import { type LockOptions, lockEvents } from './lock-events.js';
import { areOurs, readSourceState, readTriggers, type Trigger } from './source-state.js';

/** Options of `upgradeSource`. Aborting the signal leaves the database as it was. */
export interface UpgradeOptions extends LockOptions {
  readonly connectTimeoutMs: number;
}

export interface UpgradeResult {
  /** False: the source was up to date. */
  readonly changed: boolean;
  /** Roles that could append before and were granted EXECUTE so that they still can. */
  readonly grantedTo: readonly string[];
}

/**
 * Gives an older source our functions and triggers, in one transaction. Changes no event. PUBLIC loses
 * EXECUTE on the functions; roles that could append get it by name. Waits for transactions that use `events`,
 * and lets others pass meanwhile.
 * @throws OperatorError if the database is no source, the role may not upgrade it, or the server refuses;
 *   the reason of the signal if it was aborted.
 */
export async function upgradeSource(
  params: ConnectionParams,
  options: UpgradeOptions,
): Promise<UpgradeResult> {
  const { signal, connectTimeoutMs } = options;
  try {
    const own = { applicationName: 'slate-init-db', connectTimeoutMs, signal };
    await using connection = await connect(params, own);
    await checkSourceObjects(connection);
    await checkUpgrade(connection);
    return await inTransaction(connection, () => upgrade(connection, options));
  } catch (error) {
    signal?.throwIfAborted();
    throw explainDatabaseError(error, { doing: 'upgrade the source', params });
  }
}

async function upgrade(connection: Connection, options: LockOptions): Promise<UpgradeResult> {
  // Replacing triggers needs a lock on the table; replacing functions does not.
  if (!areOurs(await readTriggers(connection))) await lockEvents(connection, options);
  const before = await readSourceState(connection);
  const writers = await readWriters(connection);
  await connection.query(SOURCE_FUNCTIONS.map(readSql).join('\n'));
  await giveToOwnerOfEvents(connection);
  await replaceTriggers(connection);
  const grantedTo = await grantMissing(connection, writers);
  // Finds a function of the original with other arguments, which would be there twice now.
  await checkSourceObjects(connection);
  return { changed: (await readSourceState(connection)) !== before, grantedTo };
}

/**
 * Makes the owner of `events` the owner of `append_events`, which runs with the rights of its owner. `CREATE
 * OR REPLACE` does not change the owner.
 */
async function giveToOwnerOfEvents(connection: Connection): Promise<void> {
  const [other] = await connection.query<{ owner: string }>(
    `SELECT pg_get_userbyid(relowner) AS owner FROM pg_class
       JOIN pg_proc ON pg_proc.oid = 'public.append_events(jsonb[])'::regprocedure
      WHERE pg_class.oid = 'public.events'::regclass AND relowner <> proowner`,
  );
  if (other === undefined) return;
  await connection.query(
    `ALTER FUNCTION public.append_events(jsonb[]) OWNER TO ${pg.escapeIdentifier(other.owner)}`,
  );
}

/**
 * Replaces the triggers by ours. Each keeps the state of its predecessor: enabled, disabled, replica or
 * always.
 */
async function replaceTriggers(connection: Connection): Promise<void> {
  const before = await readTriggers(connection);
  if (areOurs(before)) return;
  await connection.query(readSql(SOURCE_TRIGGERS));
  for (const { name, enabled } of before) {
    if (enabled === 'O') continue;
    await connection.query(`ALTER TABLE public.events ${ENABLING[enabled]} TRIGGER ${name}`);
  }
}

const ENABLING: Readonly<Record<Exclude<Trigger['enabled'], 'O'>, string>> = {
  A: 'ENABLE ALWAYS',
  R: 'ENABLE REPLICA',
  D: 'DISABLE',
};
