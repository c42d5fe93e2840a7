import { parseHost } from '../../src/config/parse-host.js';
import { announced, type Say } from './announce.js';
import { connectTo, dropDatabase } from './databases.js';
import type { DatabaseServer, OpenServer } from './server.js';
import { newDatabasePrefix, type ServerAddress, serverAt } from './server-address.js';

const EXAMPLE = 'postgres://user:password@host:port';

/** The server that `SLATE_POSTGRES_URL` names. Disposing of the handle drops the databases that were made through it. */
export async function openUrlServer(text: string, say: Say): Promise<OpenServer> {
  const server = serverAt({ ...parseServerUrl(text), kind: 'url', databasePrefix: newDatabasePrefix() });
  await announced(say, `Connecting to the server of SLATE_POSTGRES_URL, ${server.host}:${server.port}`, () =>
    tryConnecting(server),
  );
  return { ...server, pid: undefined, [Symbol.asyncDispose]: () => dropDatabases(server) };
}

/**
 * Reads `postgres://user:password@host:port`. A host may be `[::1]` or the folder of a socket (`%2Fvar%2Frun%2Fpostgresql`).
 * Absent: the user postgres, the password of `PGPASSWORD`, the port 5432. A database in it has no meaning.
 * @throws Error that does not quote the text: it may hold a password.
 */
export function parseServerUrl(text: string): Pick<ServerAddress, 'host' | 'port' | 'user' | 'password'> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const host = parseHost(decodeURIComponent(url?.hostname ?? ''));
  if (url === undefined || host === undefined || !/^postgres(ql)?:$/.test(url.protocol))
    throw new Error(`SLATE_POSTGRES_URL must look like ${EXAMPLE}.`);
  if (url.search !== '')
    throw new Error(
      `SLATE_POSTGRES_URL must look like ${EXAMPLE}, without options: PGSSLMODE is there for TLS.`,
    );
  return {
    host: host.host,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password) || process.env['PGPASSWORD'] || undefined,
  };
}

async function tryConnecting(server: DatabaseServer): Promise<void> {
  await using _connection = await connectTo(server.params('postgres'));
}

async function dropDatabases(server: DatabaseServer): Promise<void> {
  await using connection = await connectTo(server.params('postgres'));
  const own = await connection.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [server.databasePrefix],
  );
  for (const { datname } of own) await dropDatabase(server.params(datname));
}
