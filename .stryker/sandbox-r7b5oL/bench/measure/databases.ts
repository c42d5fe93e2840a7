// @ts-nocheck
import pg from 'pg';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createDestination, newDatabaseName } from '../../test/support/postgres/databases.js';
import type { DatabaseServer } from '../../test/support/postgres/postgres-server.js';
import { execute } from './clusters.js';

/** Databases for one measurement; disposing drops them. */
export interface FreshDatabases extends AsyncDisposable {
  readonly databases: readonly ConnectionParams[];
}

/** Empty destinations, with nothing left to write from what was before. */
export async function freshDestinations(server: DatabaseServer, count: number): Promise<FreshDatabases> {
  const databases = await Promise.all(Array.from({ length: count }, () => createDestination(server)));
  await execute(server.params('postgres'), 'CHECKPOINT');
  return disposable(server, databases);
}

/** Copies of a database, file by file, with all that is in it. Nobody may be connected to it. */
export async function cloneDatabases(
  server: DatabaseServer,
  template: ConnectionParams,
  count: number,
): Promise<FreshDatabases> {
  const databases = Array.from({ length: count }, () => server.params(newDatabaseName(server, 'clone')));
  for (const { databaseName } of databases) {
    const names = `${pg.escapeIdentifier(databaseName)} TEMPLATE ${pg.escapeIdentifier(template.databaseName)}`;
    await execute(server.params('postgres'), `CREATE DATABASE ${names} STRATEGY file_copy`);
  }
  await execute(server.params('postgres'), 'CHECKPOINT');
  return disposable(server, databases);
}

/** A database without any table. */
export async function createBareDatabase(server: DatabaseServer): Promise<ConnectionParams> {
  const params = server.params(newDatabaseName(server, 'bare'));
  await execute(server.params('postgres'), `CREATE DATABASE ${pg.escapeIdentifier(params.databaseName)}`);
  return params;
}

export async function dropDatabase(
  server: DatabaseServer,
  { databaseName }: ConnectionParams,
): Promise<void> {
  const name = pg.escapeIdentifier(databaseName);
  await execute(server.params('postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

function disposable(server: DatabaseServer, databases: readonly ConnectionParams[]): FreshDatabases {
  return {
    databases,
    async [Symbol.asyncDispose]() {
      await Promise.all(databases.map((database) => dropDatabase(server, database)));
    },
  };
}
