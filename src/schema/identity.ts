import pg from 'pg';
import { ConfigurationError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';

/** Identity of a database according to its server, under whatever host name it was reached. */
export interface DatabaseIdentity {
  readonly where: string;
  /** Cluster, server and database. Absent if the server does not tell. */
  readonly key?: string;
}

/**
 * Reads the system identifier of the cluster, the start time of its server and the oid of the database. A
 * physical copy of a cluster has the same identifier and oids, but its server has another start time.
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
    // Some services refuse or lack the function. If the session has ended, the next statement says so.
    if (error instanceof pg.DatabaseError) return { where };
    throw error;
  }
}

/** The databases in use: notices one that was configured twice under different names. */
export class DatabaseRegistry {
  /** The last known key of each database. It changes when the server is restarted. */
  readonly #keys = new Map<string, string>();

  /** @throws ConfigurationError if `connection` leads to a database that is known under another name. */
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

  /** Forgets a database that is no longer in use. It may be known under another name afterwards. */
  forget(params: ConnectionParams): void {
    this.#keys.delete(describeDatabase(params));
  }
}
