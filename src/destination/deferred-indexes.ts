/**
 * Loading an empty table without its secondary indexes and building them afterwards saves inserting into them row by
 * row: 1.7 times the events/s while copying, which a slow machine spends again on building (bench profile `deferred`).
 * The definitions wait in a table of the destination itself, so that a replicator that was killed at any step
 * finds what is still to be done: the table is made and the indexes are dropped in one transaction, each index is
 * built in its own, and the table is dropped when none is missing.
 */
import pg from 'pg';
import type { SessionParams } from '../batch/write-task.js';
import type { Logger } from '../lifecycle/log.js';
import { OperatorError } from '../lifecycle/operator-error.js';
import { type Connection, connect } from '../pg/connect.js';
import { nameOf } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';

export interface IndexDefinition {
  readonly name: string;
  /** As `pg_get_indexdef()` gives it. */
  readonly definition: string;
}

/** Where the definitions wait. Whoever may write to it decides what is run: it belongs to the replicator's role alone. */
const WAITING_TABLE = 'public.slate_deferred_indexes';

/** Indexes built at the same time. */
const BUILD_CONNECTIONS = 2;

/** The indexes that wait to be built; empty when none was deferred. */
export async function waitingIndexes(connection: Connection): Promise<IndexDefinition[]> {
  const [found] = await connection.query<{ exists: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS exists',
    [WAITING_TABLE],
  );
  if (!found?.exists) return [];
  return connection.query<IndexDefinition>(`SELECT name, definition FROM ${WAITING_TABLE} ORDER BY name`);
}

/** Secondary indexes of `events` that enforce nothing. */
const DEFERRABLE_SQL = `
  SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
   WHERE i.indrelid = 'public.events'::regclass AND NOT i.indisunique ORDER BY 1`;

/**
 * Takes the secondary indexes off an empty destination and notes their definitions.
 * @throws OperatorError, with nothing changed, when the table is not empty any more.
 */
export async function deferIndexes(connection: Connection): Promise<IndexDefinition[]> {
  const indexes = await connection.query<IndexDefinition>(DEFERRABLE_SQL);
  if (indexes.length === 0) return [];
  await connection.query('BEGIN');
  try {
    await takeOff(connection, indexes);
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  }
  return indexes;
}

async function takeOff(connection: Connection, indexes: readonly IndexDefinition[]): Promise<void> {
  await connection.query('LOCK TABLE public.events IN ACCESS EXCLUSIVE MODE');
  const [row] = await connection.query<{ empty: boolean }>(
    'SELECT NOT EXISTS (SELECT FROM public.events) AS empty',
  );
  if (!row?.empty)
    throw new OperatorError(`Indexes of ${connection.where} are not deferred: it is not empty.`);
  await connection.query(`CREATE TABLE ${WAITING_TABLE} (name text PRIMARY KEY, definition text NOT NULL)`);
  await connection.query(`INSERT INTO ${WAITING_TABLE} SELECT * FROM unnest($1::text[], $2::text[])`, [
    indexes.map(({ name }) => name),
    indexes.map(({ definition }) => definition),
  ]);
  const names = indexes.map(({ name }) => `public.${pg.escapeIdentifier(name)}`);
  await connection.query(`DROP INDEX ${names.join(', ')}`);
}

/** @throws OperatorError, before anything is changed, when the role may not take indexes off and build them again. */
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
      hint: 'Grant it, or turn deferIndexes off. Nothing was changed.',
    },
  );
}

export interface BuildOptions {
  readonly session: SessionParams;
  readonly log: Logger;
  /** Aborted when building should end; what is being built is rolled back. */
  readonly stop: AbortSignal;
}

/** Builds the indexes that are missing, some at a time, and forgets the list when all are there. */
export async function buildIndexes(
  control: Connection,
  indexes: readonly IndexDefinition[],
  options: BuildOptions,
): Promise<void> {
  const existing = await control.query<IndexDefinition>(DEFERRABLE_SQL);
  const names = new Set(existing.map(({ name }) => name));
  const queue = indexes.filter(({ name }) => !names.has(name));
  const failed = new AbortController();
  const stop = AbortSignal.any([options.stop, failed.signal]);
  const builders = Array.from({ length: BUILD_CONNECTIONS }, () =>
    buildFrom(queue, { ...options, stop }).catch((error) => failed.abort(error)),
  );
  await Promise.all(builders);
  stop.throwIfAborted();
  await control.query(`DROP TABLE ${WAITING_TABLE}`);
}

async function buildFrom(queue: IndexDefinition[], { session, log, stop }: BuildOptions): Promise<void> {
  if (queue.length === 0) return;
  await using connection = await connect(session.params, { ...session, log });
  const onStop = () => connection.destroy();
  stop.addEventListener('abort', onStop, { once: true });
  try {
    await connection.query("SET maintenance_work_mem = '256MB'");
    for (let next = queue.shift(); next !== undefined && !stop.aborted; next = queue.shift()) {
      const startedAt = performance.now();
      await connection.query(next.definition);
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      log.info({ destination: nameOf(connection.params), index: next.name, seconds }, 'index built');
    }
  } catch (error) {
    throw explainDatabaseError(error, { doing: 'build an index', params: session.params });
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
