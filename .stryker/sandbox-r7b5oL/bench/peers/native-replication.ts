// @ts-nocheck
import pg from 'pg';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';
import { execute } from '../measure/clusters.js';
import { waitUntil } from '../measure/wait-until.js';

const PUBLICATION = 'slate_bench';

/** `f`: the initial copy is committed and visible (manual, "pg_subscription_rel"); what follows is bookkeeping. */
const COPIED_SQL = `SELECT count(*) = 1 AS done FROM pg_subscription_rel WHERE srsubstate IN ('f', 's', 'r')`;
const STREAMING_SQL = `SELECT state = 'streaming' AS done FROM pg_stat_replication WHERE application_name = $1`;

/** PostgreSQL's own logical replication of one source. Disposing ends it, so that the databases can be dropped. */
export interface NativeReplication extends AsyncDisposable {
  /** Waits until what was in the source is in this destination. */
  copied(destination: ConnectionParams): Promise<void>;
  /** Waits until changes flow to this destination. */
  streaming(destination: ConnectionParams): Promise<void>;
}

export interface NativeOptions {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
  /** The source, as the destinations' server reaches it; absent: as everybody does. */
  readonly reachedAt?: ConnectionParams;
  /** Copy what the source has, before following it. */
  readonly copyData: boolean;
  readonly stop: AbortSignal;
}

/** Publishes the source's events and subscribes every destination, in binary. */
export async function startNativeReplication(options: NativeOptions): Promise<NativeReplication> {
  const { source, destinations, stop } = options;
  await execute(
    source,
    `DROP PUBLICATION IF EXISTS ${PUBLICATION}`,
    `CREATE PUBLICATION ${PUBLICATION} FOR TABLE public.events`,
  );
  await Promise.all(destinations.map((destination) => subscribe(destination, options)));
  return {
    copied: (destination) => untilDone(destination, { sql: COPIED_SQL, values: [], stop }),
    streaming: (destination) =>
      untilDone(source, { sql: STREAMING_SQL, values: [destination.databaseName], stop }),
    async [Symbol.asyncDispose]() {
      await Promise.all(destinations.map((each) => execute(each, `DROP SUBSCRIPTION ${subscription(each)}`)));
      await execute(source, `DROP PUBLICATION ${PUBLICATION}`);
    },
  };
}

/** The slot and the application name on the source are called after the subscription: it must be unique there. */
function subscription({ databaseName }: ConnectionParams): string {
  return pg.escapeIdentifier(databaseName);
}

async function subscribe(
  destination: ConnectionParams,
  { source, reachedAt = source, copyData }: NativeOptions,
): Promise<void> {
  await execute(
    destination,
    `CREATE SUBSCRIPTION ${subscription(destination)} CONNECTION ${pg.escapeLiteral(connectionString(reachedAt))}
      PUBLICATION ${PUBLICATION} WITH (binary = true, copy_data = ${copyData})`,
  );
}

/** libpq's `key='value'` form. */
function connectionString({ host, port, databaseName, user, password }: ConnectionParams): string {
  const parts = { host, port: String(port), dbname: databaseName, user, password };
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}='${String(value).replace(/[\\']/g, '\\$&')}'`)
    .join(' ');
}

async function untilDone(
  params: ConnectionParams,
  { sql, values, stop }: { sql: string; values: readonly unknown[]; stop: AbortSignal },
): Promise<void> {
  await using connection = await connectTo(params);
  await waitUntil(stop, async () => {
    const [row] = await connection.query<{ done: boolean }>(sql, values);
    return row?.done === true;
  });
}
