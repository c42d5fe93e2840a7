// @ts-nocheck
import type pg from 'pg';
import { serialize } from 'pg-protocol';
import type { Connection } from './connection.js';
import { type ProtocolWriter, QueryKind } from './driver.js';
import { executeMessages, type PreparedStatement, prepareMessages } from './prepared-messages.js';
import { sendMessages } from './send-messages.js';

/** A row as the server's text; null is SQL's NULL. */
export type TextRow = readonly (string | null)[];

/** Names of the statements that a session has prepared. */
const preparedIn = new WeakMap<Connection, Set<string>>();

/**
 * Runs a statement that is prepared once per session. The driver's own prepared statements ask for the names
 * of the columns at each execution and make an object of each row. That costs 0.02 ms, more than a hundredth
 * of the time from commit to commit.
 * @param values parameters as text; null is the NULL of SQL.
 * @throws as `Connection.query` does.
 */
export function queryPrepared(
  connection: Connection,
  statement: PreparedStatement,
  values: readonly (string | null)[],
): Promise<readonly TextRow[]> {
  const prepared = preparedIn.get(connection) ?? new Set();
  preparedIn.set(connection, prepared);
  const rows = new Promise<readonly TextRow[]>((resolve, reject) => {
    const query = new PreparedQuery({ statement, values, prepared, resolve, reject });
    connection.client.query(query as unknown as pg.Submittable);
  });
  return connection.awaiting(rows);
}

interface Execution {
  readonly statement: PreparedStatement;
  readonly values: readonly (string | null)[];
  readonly prepared: Set<string>;
  readonly resolve: (rows: readonly TextRow[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A "submittable" of pg: pg calls `submit`, then one handler for each message of the answer. */
class PreparedQuery extends QueryKind {
  readonly #execution: Execution;
  readonly #rows: TextRow[] = [];

  constructor(execution: Execution) {
    super(execution.statement.text);
    this.#execution = execution;
  }

  submit(protocol: ProtocolWriter): void {
    const { statement, values, prepared } = this.#execution;
    const { name } = statement;
    sendMessages(protocol, [
      ...(prepared.has(name) ? [] : prepareMessages(statement)),
      ...executeMessages(name, values),
      serialize.sync(),
    ]);
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.#rows.push(fields);
  }

  handleReadyForQuery(): void {
    const { statement, prepared, resolve } = this.#execution;
    prepared.add(statement.name);
    resolve(this.#rows);
  }

  /** Makes the next execution prepare the statement anew. */
  handleError(error: unknown): void {
    const { statement, prepared, reject } = this.#execution;
    prepared.delete(statement.name);
    reject(error);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
}
