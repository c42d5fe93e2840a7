// @ts-nocheck
import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { errorCode } from '../pg/error-code.js';
import { inTransaction } from '../pg/in-transaction.js';
import { FEATURE_NOT_SUPPORTED, INSUFFICIENT_PRIVILEGE, UNDEFINED_FILE } from '../pg/sqlstate.js';
import type { TableType } from '../schema/objects.js';
import { creationSql } from '../schema/sql-files.js';

/**
 * Creates the events table and all that belongs to it, in one transaction.
 * @throws OperatorError if the server has no dblink, or the role may not create it.
 */
export async function createObjects(connection: Connection, tableType: TableType): Promise<void> {
  try {
    await inTransaction(connection, () => connection.query(creationSql(tableType)));
  } catch (error) {
    throw explainMissingDblink(error, connection) ?? error;
  }
}

/** Explains an error with one of these codes: only `CREATE EXTENSION` can raise it there. */
function explainMissingDblink(error: unknown, connection: Connection): OperatorError | undefined {
  const hints: Readonly<Record<string, string>> = {
    [FEATURE_NOT_SUPPORTED]:
      "Install PostgreSQL's contrib modules on that server (package postgresql-contrib).",
    [UNDEFINED_FILE]: "Install PostgreSQL's contrib modules on that server (package postgresql-contrib).",
    [INSUFFICIENT_PRIVILEGE]:
      'Have a superuser run CREATE EXTENSION dblink in the database template1 of that server, or use a superuser.',
  };
  const hint = hints[errorCode(error) ?? ''];
  if (hint === undefined || !(error instanceof Error) || !error.message.includes('dblink')) return undefined;
  const message = `A source needs the extension dblink, which cannot be created in ${connection.where}: ${error.message}`;
  return new OperatorError(message, { hint, cause: error });
}
