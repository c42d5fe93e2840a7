import type { Connection } from './connection.js';

let prepared = 0;

/** Runs exactly one statement: a server refuses to prepare several (SQLSTATE 42601). */
export async function runOne(connection: Connection, text: string): Promise<void> {
  // pg prepares what has a name, and takes a name that it knows for the same statement.
  prepared += 1;
  await connection.awaiting(connection.client.query({ name: `slate_${prepared}`, text }));
}
