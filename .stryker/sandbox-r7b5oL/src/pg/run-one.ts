// @ts-nocheck
import type { Connection } from './connection.js';

let prepared = 0;

/** Runs exactly one statement: the server refuses to prepare more than one (SQLSTATE 42601). */
export async function runOne(connection: Connection, text: string): Promise<void> {
  // pg prepares statements that have a name, and takes a known name for a known statement.
  prepared += 1;
  await connection.awaiting(connection.client.query({ name: `slate_${prepared}`, text }));
}
