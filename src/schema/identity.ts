import pg from 'pg';
import { ConfigurationError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';

/** What the server says a database is, under whatever host name it was reached. */
export interface DatabaseIdentity {
  readonly where: string;
  /** Cluster, server and database; absent where the server does not tell. */
  readonly key?: string;
}

/**
 * Reads the cluster's system identifier, the start of its server and the database's oid. A physical copy of a
 * cluster has the same identifier and the same oids, but it runs in a server of its own.
 */
export async function readIdentity(connection: Connection): Promise<DatabaseIdentity> {
  const { where, serverStartedAt } = connection;
  try {
    const [row] = await connection.query<{ key: string }>(
      `SELECT concat_ws('/', system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())) AS key
         FROM pg_control_system()`,
    );
    return row === undefined ? { where } : { where, key: `${row.key}/${serverStartedAt}` };
  } catch (error) {
    // Services refuse or lack the function, in many ways. A session that is gone says so at the next
    // statement.
    if (error instanceof pg.DatabaseError) return { where };
    throw error;
  }
}

/** The databases in use, to notice one that was configured twice under different names. */
export class DatabaseRegistry {
  /** The last key of each: it changes when a server is started again. */
  readonly #keys = new Map<string, string>();

  /** @throws ConfigurationError when `connection` leads to a database that is known under another name. */
  async register(connection: Connection): Promise<void> {
    const { key, where } = await readIdentity(connection);
    if (key === undefined) return;
    const [known] = [...this.#keys].find(([other, its]) => its === key && other !== where) ?? [];
    if (known !== undefined) {
      throw new ConfigurationError(`${[where, known].sort().join(' and ')} are the same database.`, {
        hint: 'Source and destinations must all be different databases. Correct the configuration.',
      });
    }
    this.#keys.set(where, key);
  }
}
