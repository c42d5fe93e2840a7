/** Builds deferred indexes, a few at a time, and drops their list when all are there. */
import pg from 'pg';
import { OperatorError } from '../../common/operator-error.js';
import type { Log } from '../../log/log.js';
import { connect } from '../../pg/connect.js';
import type { Connection } from '../../pg/connection.js';
import { nameOf } from '../../pg/connection-params.js';
import { inTransaction } from '../../pg/in-transaction.js';
import { runOne } from '../../pg/run-one.js';
import type { SessionParams } from '../../pg/session-params.js';
import { dropWaitingList, type IndexDefinition } from '../../schema/waiting-list.js';
import { explainBuild } from './explain-build.js';

/** How many indexes are built at the same time. */
export const BUILD_CONNECTIONS = 2;

/** Settings on which the meaning of a definition, and the place of the index, depend. */
const BUILD_SETTINGS = {
  standard_conforming_strings: 'on',
  default_tablespace: '',
  maintenance_work_mem: '256MB',
};

export interface BuildOptions {
  /** How to open a session that writes. */
  readonly workerConnection: SessionParams;
  readonly log: Log;
  /** Aborted to end the building: an index that is being built is rolled back. */
  readonly stop: AbortSignal;
}

/**
 * Builds the indexes that are not there yet.
 * @throws OperatorError naming the index that cannot be built. Indexes that were built stay.
 */
export async function buildIndexes(
  control: Connection,
  indexes: readonly IndexDefinition[],
  options: BuildOptions,
): Promise<void> {
  const existing = new Set((await readIndexes(control)).map(({ name }) => name));
  const queue = indexes.filter(({ name }) => !existing.has(name));
  const failed = new AbortController();
  const stop = AbortSignal.any([options.stop, failed.signal]);
  const builders = Array.from({ length: BUILD_CONNECTIONS }, () =>
    buildFrom(queue, control, { ...options, stop }).catch((error) => failed.abort(error)),
  );
  await Promise.all(builders);
  stop.throwIfAborted();
  await dropWaitingList(control);
}

function readIndexes(connection: Connection): Promise<IndexDefinition[]> {
  return connection.query<IndexDefinition>(
    `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'public.events'::regclass`,
  );
}

async function buildFrom(
  queue: IndexDefinition[],
  control: Connection,
  { workerConnection, log, stop }: BuildOptions,
): Promise<void> {
  if (queue.length === 0) return;
  const settings = { ...workerConnection.settings, ...BUILD_SETTINGS };
  await using builder = await connect(workerConnection.params, {
    ...workerConnection,
    settings,
    log,
    signal: stop,
  });
  for (let next = queue.shift(); next !== undefined && !stop.aborted; next = queue.shift()) {
    const startedAt = performance.now();
    await build(builder, next);
    await refuseAnother(control, next);
    const buildSeconds = Math.round(performance.now() - startedAt) / 1000;
    log.write('index built', { destination: nameOf(builder.params), index: next.name, buildSeconds });
  }
}

async function build(builder: Connection, index: IndexDefinition): Promise<void> {
  try {
    await inTransaction(builder, () => runOne(builder, index.definition));
  } catch (error) {
    throw await explainBuild(error, builder, index);
  }
}

/** Drops an index again if it is not the one that was deferred. @throws OperatorError naming it. */
async function refuseAnother(control: Connection, { name, definition }: IndexDefinition): Promise<void> {
  const built = (await readIndexes(control)).find((index) => index.name === name);
  if (built?.definition === definition) return;
  await control.query(`DROP INDEX IF EXISTS public.${pg.escapeIdentifier(name)}`);
  throw new OperatorError(`Index "${name}" of ${control.where} was not built as "${definition}".`, {
    hint: `The server built ${built?.definition ?? 'no index on events'} instead. Build the index by hand.`,
  });
}
