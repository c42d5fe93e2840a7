/** Messages of the frontend protocol for prepared statements. */
// @ts-nocheck

import { serialize } from 'pg-protocol';

export interface PreparedStatement {
  /** Unique among the statements of its session. */
  readonly name: string;
  readonly text: string;
}

/** Prepares a statement anew. Closing one that does not exist is no error. */
export function prepareMessages(statement: PreparedStatement): Buffer[] {
  return [serialize.close({ type: 'S', name: statement.name }), serialize.parse(statement)];
}

/**
 * Executes a prepared statement.
 * @param values a Buffer is sent as binary, a string as text, null as NULL.
 */
export function executeMessages(statement: string, values: readonly (Buffer | string | null)[]): Buffer[] {
  return [serialize.bind({ statement, values: [...values] }), serialize.execute({})];
}
