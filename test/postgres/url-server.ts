import pg from 'pg';
import { connect } from '../../src/pg/connect.js';
import type { PostgresServer } from './server.js';
import { newDatabasePrefix, serverAt } from './server-address.js';

/** The server that `SLATE_POSTGRES_URL` names. Disposing of the handle drops the databases that were made through it. */
export async function openUrlServer(text: string): Promise<PostgresServer> {
  const server = serverAt({ ...parseServerUrl(text), kind: 'url', databasePrefix: newDatabasePrefix() });
  const refuse = async () => {
    throw new Error(
      'The server of SLATE_POSTGRES_URL is not ours to stop, kill or start: unset the variable for this.',
    );
  };
  return {
    ...server,
    pid: undefined,
    stop: refuse,
    kill: refuse,
    start: refuse,
    [Symbol.asyncDispose]: () => dropDatabases(server),
  };
}

function parseServerUrl(text: string) {
  const url = new URL(text);
  if (!/^postgres(ql)?:$/.test(url.protocol))
    throw new Error('SLATE_POSTGRES_URL must start with postgres://');
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
  };
}

async function dropDatabases(server: Pick<PostgresServer, 'databasePrefix' | 'params'>): Promise<void> {
  await using connection = await connect(server.params('postgres'), {
    applicationName: 'slate-test',
    connectTimeoutMs: 15_000,
  });
  const own = await connection.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [server.databasePrefix],
  );
  for (const { datname } of own) {
    await connection.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  }
}
