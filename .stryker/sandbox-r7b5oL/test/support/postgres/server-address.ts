// @ts-nocheck
import { randomBytes } from 'node:crypto';
import type { DatabaseServer } from './postgres-server.js';

/** What has to be known to reach a server; goes through JSON from vitest's main process to its workers. */
export type ServerAddress = Omit<DatabaseServer, 'params'>;

/** A server handle of an address. */
export function serverAt(address: ServerAddress): DatabaseServer {
  const { host, port, user, password } = address;
  return { ...address, params: (databaseName) => ({ host, port, user, password, databaseName }) };
}

/** A prefix of database names that nobody else uses. */
export function newDatabasePrefix(): string {
  return `slate_${randomBytes(4).toString('hex')}_`;
}
