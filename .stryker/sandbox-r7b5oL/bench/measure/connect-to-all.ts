// @ts-nocheck
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';

/** A session in each of several databases; disposing ends them. */
export interface Sessions extends AsyncDisposable {
  /** In the order of the databases. */
  readonly connections: readonly Connection[];
}

/** Opens a session in each of these databases. */
export async function connectToAll(databases: readonly ConnectionParams[]): Promise<Sessions> {
  const connections = await Promise.all(databases.map(connectTo));
  return {
    connections,
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
    },
  };
}
