// @ts-nocheck
import pg from 'pg';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { connectTo, createDestination, createSource } from '../../postgres/databases.js';
import { userToRunAs } from '../../postgres/embedded-binaries.js';
import type { PostgresServer } from '../../postgres/postgres-server.js';
import { startPostgres } from '../../postgres/server.js';
import { DESTINATIONS } from './schedule.js';
import { SmallDisk } from './small-disk.js';

/** A server of its own, and where possible a file system of its own for what its databases hold. */
export interface OracleServer extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly disk: SmallDisk | undefined;
}

const TABLESPACE = 'small_disk';

/** The source's server, then the destinations'. Schedules share them; each has databases of its own. */
export async function openServers(): Promise<AsyncDisposable & { readonly all: readonly OracleServer[] }> {
  const all = await startServers();
  return { all, [Symbol.asyncDispose]: () => closeAll(all) };
}

async function startServers(): Promise<OracleServer[]> {
  const starting = [startServer(), ...DESTINATIONS.map(startServerOnSmallDisk)];
  const started = await Promise.allSettled(starting);
  const servers = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = started.find((each) => each.status === 'rejected');
  if (failed === undefined) return servers;
  await closeAll(servers);
  throw failed.reason;
}

async function closeAll(servers: readonly OracleServer[]): Promise<void> {
  await Promise.all(servers.map((each) => each[Symbol.asyncDispose]()));
}

/** Empty databases, in the order of the servers. */
export function createDatabases([source, ...destinations]: readonly OracleServer[]) {
  if (source === undefined) throw new Error('there is no server for a source');
  return Promise.all([createSource(source.server), ...destinations.map(createOnSmallDisk)]);
}

export async function dropDatabase(params: ConnectionParams): Promise<void> {
  await using maintenance = await connectTo({ ...params, databaseName: 'postgres' });
  await maintenance.query(`DROP DATABASE ${pg.escapeIdentifier(params.databaseName)} WITH (FORCE)`);
}

async function startServer(): Promise<OracleServer> {
  const server = await startPostgres();
  return { server, disk: undefined, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function startServerOnSmallDisk(): Promise<OracleServer> {
  const { server, ...without } = await startServer();
  const runAs = userToRunAs();
  const canMount = server.kind === 'embedded' && 'uid' in runAs;
  const disk = canMount ? SmallDisk.tryMount(runAs as { uid: number; gid: number }) : undefined;
  if (disk === undefined) return { server, ...without };
  await using maintenance = await connectTo(server.params('postgres'));
  await maintenance.query(`CREATE TABLESPACE ${TABLESPACE} LOCATION '${disk.folder}'`);
  return {
    server,
    disk,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await disk[Symbol.asyncDispose]();
    },
  };
}

async function createOnSmallDisk({ server, disk }: OracleServer): Promise<ConnectionParams> {
  const database = await createDestination(server);
  if (disk === undefined) return database;
  await using maintenance = await connectTo(server.params('postgres'));
  const name = pg.escapeIdentifier(database.databaseName);
  await maintenance.query(`ALTER DATABASE ${name} SET TABLESPACE ${TABLESPACE}`);
  return database;
}
