// @ts-nocheck
import pg from 'pg';
import { connect } from '../../../src/pg/connect.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';

/** A session of the test's own, which may write whatever the database's settings say. */
export function administer(params: ConnectionParams) {
  return connect(params, {
    applicationName: 'slate-test-weather',
    connectTimeoutMs: 15_000,
    settings: { default_transaction_read_only: 'off' },
    // With the search_path of the database.
    firesTriggers: true,
  });
}

/** Ends the sessions of a database whose `application_name` begins so. @returns how many there were. */
export async function endSessions(params: ConnectionParams, applicationName: string): Promise<number> {
  await using admin = await administer(params);
  const ended = await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND starts_with(application_name, $1)`,
    [applicationName],
  );
  return ended.length;
}

/** From now on the database cannot be written to, as on a standby; its sessions are ended, as a failover does. */
export async function makeReadOnly(params: ConnectionParams): Promise<void> {
  await alter(params, 'SET default_transaction_read_only = on');
  await endSessions(params, 'slate-replicator');
}

/** The sessions that saw it read-only go on refusing to write, as those of a demoted primary do. */
export async function makeWritable(params: ConnectionParams): Promise<void> {
  await alter(params, 'RESET default_transaction_read_only');
}

async function alter(params: ConnectionParams, change: string): Promise<void> {
  await using admin = await administer(params);
  await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(params.databaseName)} ${change}`);
}

/** Hides events of the source from every role that policies bind. */
export async function hideEvents(params: ConnectionParams): Promise<void> {
  await using admin = await administer(params);
  await admin.query(`
    BEGIN; SET LOCAL lock_timeout = '3s'; CREATE POLICY hide ON events USING (id % 7 <> 0);
    ALTER TABLE events ENABLE ROW LEVEL SECURITY; COMMIT`);
}

export async function showEvents(params: ConnectionParams): Promise<void> {
  await using admin = await administer(params);
  await admin.query('DROP POLICY IF EXISTS hide ON events; ALTER TABLE events DISABLE ROW LEVEL SECURITY');
}

/** From now on rows are dropped on their way into the table, without a word. */
export async function swallowRows(params: ConnectionParams): Promise<void> {
  await using admin = await administer(params);
  await admin.query(`
    BEGIN; SET LOCAL lock_timeout = '3s';
    CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.id % 7 = 0 THEN RETURN NULL; END IF; RETURN NEW; END $$;
    CREATE TRIGGER swallow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION swallow(); COMMIT`);
}

export async function stopSwallowing(params: ConnectionParams): Promise<void> {
  await using admin = await administer(params);
  await admin.query('DROP FUNCTION IF EXISTS swallow CASCADE');
}

/** From now on every write ends as on a full disk. */
export async function pretendDiskIsFull(params: ConnectionParams): Promise<void> {
  await using admin = await administer(params);
  await admin.query(`
    CREATE FUNCTION public.pretend_disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER pretend_disk_is_full BEFORE INSERT ON public.events EXECUTE FUNCTION public.pretend_disk_is_full()`);
}

export async function stopPretending(params: ConnectionParams): Promise<void> {
  await using admin = await administer(params);
  await admin.query('DROP FUNCTION IF EXISTS public.pretend_disk_is_full CASCADE');
}
