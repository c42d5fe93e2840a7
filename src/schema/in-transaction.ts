import type { Connection } from '../pg/connect.js';

/** Runs the work in one transaction; rolls back when it throws. */
export async function inTransaction(connection: Connection, work: () => Promise<unknown>): Promise<void> {
  await connection.query('BEGIN');
  try {
    await work();
    await connection.query('COMMIT');
  } catch (error) {
    // Without a connection there is nothing left to roll back.
    await connection.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
