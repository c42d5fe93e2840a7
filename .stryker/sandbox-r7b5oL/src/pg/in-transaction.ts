// @ts-nocheck
import type { Connection } from './connection.js';

/** Runs the work in one transaction and returns its result; rolls back when it throws. */
export async function inTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.query('BEGIN');
  try {
    const result = await work();
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    // Without a connection there is nothing left to roll back.
    await connection.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
