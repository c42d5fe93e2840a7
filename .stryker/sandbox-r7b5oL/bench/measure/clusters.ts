// @ts-nocheck
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { Say } from '../../test/support/postgres/announce.js';
import { connectTo } from '../../test/support/postgres/databases.js';
import type { OpenServer } from '../../test/support/postgres/postgres-server.js';
import { openPostgres } from '../../test/support/postgres/server.js';

/** The two servers of a bench. With `SLATE_POSTGRES_URL` both are the one that it names. */
export interface Clusters extends AsyncDisposable {
  readonly source: OpenServer;
  readonly destination: OpenServer;
}

/**
 * Safe like a real server (fsync), with room for 32 destinations and for native replication, and without the checkpoints and
 * vacuums that would hit one contender and not the next.
 */
const SETTINGS = {
  fsync: 'on',
  shared_buffers: '512MB',
  max_connections: '400',
  checkpoint_timeout: '1h',
  max_wal_size: '16GB',
  autovacuum: 'off',
  track_commit_timestamp: 'on',
  max_worker_processes: '96',
} as const;

const SOURCE_SETTINGS = {
  ...SETTINGS,
  wal_level: 'logical',
  max_wal_senders: '80',
  max_replication_slots: '80',
} as const;

const DESTINATION_SETTINGS = {
  ...SETTINGS,
  max_logical_replication_workers: '80',
  max_active_replication_origins: '80',
} as const;

/** Starts a source's server and a destinations' server of their own, at the same time. */
export async function startClusters(say: Say): Promise<Clusters> {
  const starting = [
    openPostgres({ settings: SOURCE_SETTINGS, say }),
    openPostgres({ settings: DESTINATION_SETTINGS, say }),
  ] as const;
  const dispose = async () => {
    const started = await Promise.allSettled(starting);
    const servers = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
  try {
    const [source, destination] = await Promise.all(starting);
    return { source, destination, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Runs statements, one after the other, in a session of their own. */
export async function execute(params: ConnectionParams, ...statements: readonly string[]): Promise<void> {
  await using connection = await connectTo(params);
  for (const statement of statements) await connection.query(statement);
}

/** The rows of one query, in a session of its own. */
export async function select<Row>(
  params: ConnectionParams,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  await using connection = await connectTo(params);
  return await connection.query<Row>(sql, values);
}
