// @ts-nocheck
import { errorCode } from '../../../src/pg/error-code.js';
import { connectTo } from './databases.js';
import type { DatabaseServer } from './postgres-server.js';

/** What differs from one server to the next, as far as tests care. */
export interface ServerFacts {
  /** As people write it: `18.4`. */
  readonly version: string;
  readonly major: number;
  /** False where everybody may come in as anybody: `trust` in `pg_hba.conf`. */
  readonly checksPasswords: boolean;
}

/** Asks the server. */
export async function findFacts(server: DatabaseServer): Promise<ServerFacts> {
  await using connection = await connectTo(server.params('postgres'));
  const [row] = await connection.query<{ version: string; major: number }>(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major",
  );
  if (row === undefined) throw new Error('The server did not tell its version.');
  return { ...row, checksPasswords: await refusesAnyPassword(server) };
}

async function refusesAnyPassword(server: DatabaseServer): Promise<boolean> {
  try {
    await using _connection = await connectTo({ ...server.params('postgres'), password: 'not the password' });
    return false;
  } catch (error) {
    if (errorCode((error as Error).cause) === INVALID_PASSWORD) return true;
    throw error;
  }
}

const INVALID_PASSWORD = '28P01';
