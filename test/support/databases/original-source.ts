import { readFileSync } from 'node:fs';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { connectTo, createDestination } from '../postgres/databases.js';
import type { DatabaseServer } from '../postgres/postgres-server.js';

/** A destination as slate-init-db 0.1.7 made it: without a function. */
export async function createOriginalDestination(server: DatabaseServer): Promise<ConnectionParams> {
  const params = await createDestination(server);
  await using connection = await connectTo(params);
  await connection.query('DROP FUNCTION wait_for_event(bigint, integer)');
  return params;
}

/** A source as slate-init-db 0.1.7 made it: row-level notifications, its own insert_events, no append_events. */
export async function createOriginalSource(server: DatabaseServer): Promise<ConnectionParams> {
  const params = await createOriginalDestination(server);
  await using connection = await connectTo(params);
  await connection.query(readFileSync('test/support/databases/original-source.sql', 'utf8'));
  return params;
}

/** Functions with their rights, and triggers, as the server holds them. */
export function definitions(source: Connection): Promise<unknown> {
  return source.query(
    `SELECT pg_get_functiondef(oid) AS definition, proacl::text AS rights FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
      UNION ALL SELECT pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY definition`,
  );
}

/** Makes a role the owner of both tables. */
export function giveTables(source: Connection, owner: string): Promise<unknown> {
  return source.query(`ALTER TABLE events OWNER TO "${owner}"; ALTER TABLE id OWNER TO "${owner}"`);
}

/** Makes a role the owner of all functions, for which it must be allowed to make some. */
export async function giveFunctions(source: Connection, owner: string): Promise<void> {
  await source.query(`GRANT CREATE ON SCHEMA public TO "${owner}"`);
  for (const routine of ['insert_events', 'restore_events', 'notify_event_insert', 'filter_sql_command']) {
    await source.query(`ALTER FUNCTION ${routine} OWNER TO "${owner}"`);
  }
}
