// @ts-nocheck
import { expect, test } from 'vitest';
import { placeOf } from '../../src/pg/connection-params.js';
import { initDb, reaching, startInitDb } from '../support/commands/run-init-db.js';
import { createOriginalSource, definitions } from '../support/databases/original-source.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo, createDestination } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

/** Arguments that upgrade a database as the role that tests use. */
function upgradeOf(databaseName: string): string[] {
  return [...reaching(sharedServer()), '-n', databaseName, '--upgrade'];
}

test('slate-init-db --upgrade brings a source of version 0.1.4 up to date, says who may append, and next time that there is nothing to do', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  await using roles = new TestRoles(source, params);
  const writer = await roles.create('writer');
  await source.query(`GRANT INSERT ON events TO "${writer}"; GRANT SELECT, UPDATE ON id TO "${writer}"`);
  const where = `the source database ${placeOf(params)}`;

  expect(await initDb(upgradeOf(params.databaseName))).toMatchObject({
    code: 0,
    stdout: `Granted EXECUTE to the roles that could append before; they need no other right now: ${writer}.\nUpgraded ${where}.\n`,
    stderr: '',
  });
  expect(await roles.run('writer', "SELECT append_events('{1}') AS id")).toEqual([{ id: 1n }]);
  expect(await initDb(upgradeOf(params.databaseName))).toMatchObject({
    code: 0,
    stdout: `There is nothing to do: ${where} is up to date.\n`,
    stderr: '',
  });
});

test('it says whom it waits for', async () => {
  const params = await createOriginalSource(sharedServer());
  await using loader = await connectTo(params);
  await loader.query("SET application_name = 'loader'; BEGIN; INSERT INTO events VALUES (1, now(), '{}')");
  await using command = startInitDb(upgradeOf(params.databaseName));
  await command.untilErrors(
    /^Waiting for sessions that use table events: \d+ \(loader, role .*\)\. \^C stops\.\n$/,
  );
  await loader.query('COMMIT');
  expect(await command.ended()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Upgraded /) });
});

test('it refuses what is not a source with 1 and changes nothing', async () => {
  const { databaseName } = await createDestination(sharedServer());
  await using destination = await connectTo(sharedServer().params(databaseName));
  const { code, stderr } = await initDb(upgradeOf(databaseName));
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is not an event source') });
  expect(await definitions(destination)).toEqual([]);
});
