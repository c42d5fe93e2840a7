// @ts-nocheck
import { createHash } from 'node:crypto';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { copyOut } from '../../src/pg/copy-out.js';
import { connectTo } from '../../test/support/postgres/databases.js';

const COPY_ALL = 'COPY (SELECT id, ts, event FROM public.events ORDER BY id) TO STDOUT (FORMAT binary)';

/**
 * Compares two tables the plain way: sends all rows of both to this process, in order, as bytes that nobody parses, and hashes them.
 * @returns whether they are equal.
 */
export async function compareByStreaming(left: ConnectionParams, right: ConnectionParams): Promise<boolean> {
  const [ours, theirs] = await Promise.all([left, right].map(hashRows));
  return ours === theirs;
}

async function hashRows(database: ConnectionParams): Promise<string> {
  await using connection = await connectTo(database);
  const hash = createHash('sha256');
  await copyOut(connection, COPY_ALL, (chunk) => {
    hash.update(chunk);
    return true;
  });
  return hash.digest('hex');
}
