/**
 * Loads an empty table without its secondary indexes and builds them afterwards. That copies 1.7 times as
 * many events/s; a slow machine spends the gain on the building (bench profile `deferred`).
 *
 * A replicator can be killed at any step and finds what is left to do: one transaction makes the list of
 * definitions and drops the indexes, each index is built in a transaction of its own, and the list is dropped
 * when no index is missing.
 */
// @ts-nocheck

import pg from 'pg';
import { OperatorError } from '../../common/operator-error.js';
import type { Connection } from '../../pg/connection.js';
import { inTransaction } from '../../pg/in-transaction.js';
import { createWaitingList, type IndexDefinition } from './waiting-list.js';

/** An index that is not deferred, because CREATE INDEX would not make it again just as it is. */
interface KeptIndex {
  readonly index: string;
  readonly because: string;
}

export interface Deferral {
  readonly indexes: readonly IndexDefinition[];
  readonly kept: readonly KeptIndex[];
}

/**
 * The secondary indexes of `events`. The conditions find properties that `pg_get_indexdef()` does not show.
 */
const INDEXES_SQL = `
  SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition,
         CASE WHEN i.indisunique OR i.indisexclusion THEN 'it keeps rows out'
              WHEN c.relkind <> 'i' OR c.relispartition THEN 'it belongs to a table with partitions'
              WHEN NOT (i.indisvalid AND i.indisready) THEN 'it is not valid'
              WHEN i.indisclustered THEN 'CLUSTER uses it'
              WHEN c.reltablespace <> 0 THEN 'it has a tablespace of its own'
              WHEN EXISTS (SELECT FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid = c.oid)
                THEN 'it has a comment'
              WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attstattarget >= 0)
                THEN 'it has a statistics target'
              WHEN EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = c.oid
                                                    OR classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('e', 'x'))
                THEN 'another object depends on it, or it belongs to an extension'
         END AS because
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
   WHERE i.indrelid = 'public.events'::regclass AND NOT i.indisprimary ORDER BY 1`;

interface FoundIndex extends IndexDefinition {
  readonly because: string | null;
}

/**
 * Drops those secondary indexes of an empty destination that can be built again just as they are, and lists
 * their definitions.
 * @throws OperatorError, with nothing changed, if the table is no longer empty.
 */
export function deferIndexes(connection: Connection): Promise<Deferral> {
  return inTransaction(connection, async () => {
    await connection.query('LOCK TABLE public.events IN ACCESS EXCLUSIVE MODE');
    await refuseUnlessEmpty(connection);
    const found = await connection.query<FoundIndex>(INDEXES_SQL);
    const indexes = found.filter(({ because }) => because === null);
    if (indexes.length > 0) await takeOff(connection, indexes);
    return { indexes, kept: found.flatMap(keptIndex) };
  });
}

function keptIndex({ name, because }: FoundIndex): KeptIndex[] {
  return because === null ? [] : [{ index: name, because }];
}

async function refuseUnlessEmpty(connection: Connection): Promise<void> {
  const [row] = await connection.query<{ empty: boolean }>(
    'SELECT NOT EXISTS (SELECT FROM public.events) AS empty',
  );
  if (row?.empty) return;
  throw new OperatorError(`Indexes of ${connection.where} are not deferred, because its table is not empty.`);
}

async function takeOff(connection: Connection, indexes: readonly IndexDefinition[]): Promise<void> {
  await createWaitingList(connection, indexes);
  const names = indexes.map(({ name }) => `public.${pg.escapeIdentifier(name)}`);
  await connection.query(`DROP INDEX ${names.join(', ')}`);
}

/** @throws OperatorError if the role may not drop the indexes and build them again. Changes nothing. */
export async function refuseWithoutRights(connection: Connection): Promise<void> {
  const [row] = await connection.query<{ owner: boolean; create: boolean }>(
    `SELECT pg_has_role(relowner, 'USAGE') AS owner, has_schema_privilege('public', 'CREATE') AS create
       FROM pg_class WHERE oid = 'public.events'::regclass`,
  );
  const lacking = [
    ...(row?.owner ? [] : ['own table "events"']),
    ...(row?.create ? [] : ['CREATE in schema "public"']),
  ];
  if (lacking.length === 0) return;
  throw new OperatorError(
    `Cannot defer the indexes of ${connection.where}: the role must ${lacking.join(' and ')}.`,
    {
      hint: 'Grant this to the role, or switch deferIndexes off. Nothing was changed.',
    },
  );
}
