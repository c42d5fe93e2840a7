import pg from 'pg';
import { connect } from '../../src/pg/connect.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';

/** A session of the test's own, which may write whatever the database's settings say. */
function administer(params: ConnectionParams) {
  return connect(params, {
    applicationName: 'slate-test-weather',
    connectTimeoutMs: 15_000,
    settings: { default_transaction_read_only: 'off' },
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
