// @ts-nocheck
import { expect, test } from 'vitest';
import { exists, reaching, startInitDb } from '../support/commands/run-init-db.js';
import { connectTo } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

/** In each new database `CREATE TABLE` takes an hour. */
const SLOW = `
  CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3600); END $$;
  CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION slow()`;

test.each(['SIGINT', 'SIGTERM'] as const)(
  'slate-init-db that is stopped by %s while it fills the database drops it, exit 1',
  async (signal) => {
    await using server = await startPostgres();
    {
      await using template = await connectTo(server.params('template1'));
      await template.query(SLOW);
    }
    await using observer = await connectTo(server.params('postgres'));
    await using command = startInitDb([...reaching(server), '-n', 'half_made', '-t', 'source']);
    await until('the database was being filled', async () => {
      const filling = `SELECT FROM pg_stat_activity WHERE datname = 'half_made' AND wait_event = 'PgSleep'`;
      return (await observer.query(filling)).length === 1;
    });
    command.send(signal);
    expect(await command.ended()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `slate-init-db: stopped by ${signal}: nothing was left behind\n`,
    });
    expect(await exists(server, 'half_made')).toBe(false);
  },
);
