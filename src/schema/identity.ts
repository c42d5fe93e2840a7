import { ConfigurationError } from '../lifecycle/operator-error.js';
import type { Connection } from '../pg/connect.js';
import { errorCode } from '../pg/error-code.js';

/** What the server says a database is, under whatever host name it was reached. */
export interface DatabaseIdentity {
  readonly where: string;
  /** Cluster and database; absent where the role may not ask. */
  readonly key?: string;
}

/** Reads the cluster's system identifier and the database's oid. */
export async function readIdentity(connection: Connection): Promise<DatabaseIdentity> {
  try {
    const [row] = await connection.query<{ key: string }>(
      `SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS key
         FROM pg_control_system()`,
    );
    return row === undefined ? { where: connection.where } : { where: connection.where, key: row.key };
  } catch (error) {
    if (errorCode(error) === '42501') return { where: connection.where };
    throw error;
  }
}

/** The databases in use, to notice one that was configured twice under different names. */
export class DatabaseRegistry {
  readonly #whereByKey = new Map<string, string>();

  /** @throws ConfigurationError when `connection` leads to a database that is known under another name. */
  async register(connection: Connection): Promise<void> {
    const { key, where } = await readIdentity(connection);
    if (key === undefined) return;
    const known = this.#whereByKey.get(key);
    if (known !== undefined && known !== where) {
      throw new ConfigurationError(`${[where, known].sort().join(' and ')} are the same database.`, {
        hint: 'Source and destinations must all be different databases: correct the configuration.',
      });
    }
    this.#whereByKey.set(key, where);
  }
}
