import { readFileSync } from 'node:fs';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo, createDestination } from '../postgres/databases.js';
import type { DatabaseServer } from '../postgres/server.js';

/** A source as slate-init-db 0.1.7 made it: row-level notifications, its own insert_events, no append_events. */
export async function createOriginalSource(server: DatabaseServer): Promise<ConnectionParams> {
  const params = await createDestination(server);
  await using connection = await connectTo(params);
  await connection.query(readFileSync('test/schema/original-source.sql', 'utf8'));
  return params;
}
