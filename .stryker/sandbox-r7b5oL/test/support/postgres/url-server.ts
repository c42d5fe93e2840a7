// @ts-nocheck
import { randomBytes } from 'node:crypto';
import { parseHost } from '../../../src/config/parse-host.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { announced, type Say } from './announce.js';
import { connectTo, dropDatabase } from './databases.js';
import type { OpenServer } from './postgres-server.js';
import { newDatabasePrefix, serverAt } from './server-address.js';

const EXAMPLE = 'postgres://user:password@host:port';

type Address = Omit<ConnectionParams, 'databaseName'>;

/**
 * The server that `SLATE_POSTGRES_URL` names, as a superuser made for this run: his password is no word that messages hold for
 * other reasons. Disposing of the handle drops him and the databases that were made through it.
 */
export async function openUrlServer(text: string, say: Say): Promise<OpenServer> {
  const given = parseServerUrl(text);
  const { host, port } = given;
  const databasePrefix = newDatabasePrefix();
  const role = { user: `${databasePrefix}tester`, password: randomBytes(12).toString('hex') };
  await announced(say, `Connecting to the server of SLATE_POSTGRES_URL, ${host}, port ${port}`, () =>
    execute(given, `CREATE ROLE ${role.user} SUPERUSER LOGIN PASSWORD '${role.password}'`),
  );
  return {
    ...serverAt({ kind: 'url', host, port, ...role, databasePrefix }),
    pid: undefined,
    async [Symbol.asyncDispose]() {
      await dropDatabases(given, databasePrefix);
      await execute(given, `DROP ROLE ${role.user}`);
    },
  };
}

/**
 * Reads `postgres://user:password@host:port`. A host may be `[::1]` or the folder of a socket (`%2Fvar%2Frun%2Fpostgresql`).
 * Absent: the user postgres, the port 5432, a password as every connection finds one. A database in it has no meaning.
 * @throws Error that does not quote the text: it may hold a password.
 */
export function parseServerUrl(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const host = parseHost(decodeURIComponent(url?.hostname ?? ''));
  if (url === undefined || host === undefined || !/^postgres(ql)?:$/.test(url.protocol))
    throw new Error(`SLATE_POSTGRES_URL must look like ${EXAMPLE}.`);
  if (url.search !== '')
    throw new Error(
      `SLATE_POSTGRES_URL must look like ${EXAMPLE}, without options: PGSSLMODE is there for TLS.`,
    );
  const password = decodeURIComponent(url.password);
  return {
    host: host.host,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || 'postgres',
    ...(password === '' ? {} : { password }),
  };
}

async function execute(address: Address, sql: string): Promise<void> {
  await using connection = await connectTo({ ...address, databaseName: 'postgres' });
  await connection.query(sql);
}

async function dropDatabases(address: Address, prefix: string): Promise<void> {
  await using connection = await connectTo({ ...address, databaseName: 'postgres' });
  const own = await connection.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [prefix],
  );
  for (const { datname } of own) await dropDatabase({ ...address, databaseName: datname });
}
