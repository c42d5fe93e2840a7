import { expect, test } from 'vitest';
import { placeOf } from '../../src/pg/connection-params.js';
import { initDb, reaching, startInitDb } from '../support/commands/run-init-db.js';
import {
  createOriginalDestination,
  createOriginalSource,
  definitions,
} from '../support/databases/original-source.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
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

test.for([[], ['-t', 'destination']])(
  'slate-init-db --upgrade %j gives a destination of version 0.1.4 its function, and next time says that there is nothing to do',
  async (type) => {
    const params = await createOriginalDestination(sharedServer());
    await using destination = await connectTo(params);
    await destination.query("INSERT INTO events VALUES (7, now(), '{}')");
    const args = [...upgradeOf(params.databaseName), ...type];
    const where = `the destination database ${placeOf(params)}`;
    expect(await initDb(args)).toMatchObject({ code: 0, stdout: `Upgraded ${where}.\n`, stderr: '' });
    expect(await destination.query('SELECT wait_for_event(7, 0) AS here')).toEqual([{ here: true }]);
    expect(await initDb(args)).toMatchObject({
      code: 0,
      stdout: `There is nothing to do: ${where} is up to date.\n`,
    });
    await using ours = await connectTo(await createDestination(sharedServer()));
    expect(await definitions(destination)).toEqual(await definitions(ours));
  },
);

test('it waits for nobody who uses the events of a destination', async () => {
  const params = await createOriginalDestination(sharedServer());
  await using writer = await connectTo(params);
  await writer.query("BEGIN; INSERT INTO events VALUES (1, now(), '{}')");
  expect(await initDb(upgradeOf(params.databaseName))).toMatchObject({ code: 0, stderr: '' });
  await writer.query('COMMIT');
});

test.for([
  ['source', createDestination, 'is not an event source'],
  ['destination', createSource, 'table "id" belongs to a source only'],
] as const)('it refuses what is not a %s with 1 and changes nothing', async ([type, create, said]) => {
  const { databaseName } = await create(sharedServer());
  await using other = await connectTo(sharedServer().params(databaseName));
  const before = await definitions(other);
  const { code, stderr } = await initDb([...upgradeOf(databaseName), '-t', type]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(said) });
  expect(await definitions(other)).toEqual(before);
});

test('it refuses a database without a table of events', async () => {
  const { code, stderr } = await initDb(upgradeOf('postgres'));
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('table "events" is missing') });
});
