// @ts-nocheck
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase } from '../../../src/init-db/create-database.js';
import { connect } from '../../../src/pg/connect.js';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import type { TableType } from '../../../src/schema/objects.js';
import type { DatabaseServer } from './postgres-server.js';

const CONNECT_TIMEOUT_MS = 15_000;

/** A fresh empty source, as `slate-init-db` makes it, with a name of its own. Goes away with the server's handle. */
export function createSource(server: DatabaseServer): Promise<ConnectionParams> {
  return copyTemplate(server, 'source');
}

/** A fresh empty destination, as `slate-init-db` makes it, with a name of its own. Goes away with the server's handle. */
export function createDestination(server: DatabaseServer): Promise<ConnectionParams> {
  return copyTemplate(server, 'destination');
}

/** A name for a database of this server's handle. */
export function newDatabaseName(server: DatabaseServer, purpose: string): string {
  return `${server.databasePrefix}${purpose}_${randomBytes(5).toString('hex')}`;
}

/** A session on a test database. */
export function connectTo(params: ConnectionParams): Promise<Connection> {
  return connect(params, {
    applicationName: 'slate-test',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    // As the databases are set, so that tests write SQL as applications do.
    firesTriggers: true,
  });
}

/** Drops a database of a test, whoever is connected to it. PostgreSQL 12 has no `DROP DATABASE … WITH (FORCE)`. */
export async function dropDatabase(params: ConnectionParams): Promise<void> {
  const { databaseName } = params;
  await using maintenance = await connectTo({ ...params, databaseName: 'postgres' });
  await maintenance.query(`ALTER DATABASE ${pg.escapeIdentifier(databaseName)} ALLOW_CONNECTIONS false`);
  await maintenance.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
    databaseName,
  ]);
  await maintenance.query(`DROP DATABASE ${pg.escapeIdentifier(databaseName)}`);
}

async function copyTemplate(server: DatabaseServer, tableType: TableType): Promise<ConnectionParams> {
  await using maintenance = await connectTo(server.params('postgres'));
  const template = `${server.databasePrefix}template_${tableType}`;
  const databaseName = newDatabaseName(server, tableType);
  // Test files run at the same time: the first makes the template, and nobody copies it while it is being made.
  await maintenance.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  await makeTemplate(maintenance, server, template, tableType);
  await maintenance.query(
    `CREATE DATABASE ${pg.escapeIdentifier(databaseName)} TEMPLATE ${pg.escapeIdentifier(template)}`,
  );
  return server.params(databaseName);
}

async function makeTemplate(
  maintenance: Connection,
  server: DatabaseServer,
  template: string,
  tableType: TableType,
): Promise<void> {
  const found = await maintenance.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (found.length > 0) return;
  await createDatabase(server.params(template), { tableType, connectTimeoutMs: CONNECT_TIMEOUT_MS });
}
