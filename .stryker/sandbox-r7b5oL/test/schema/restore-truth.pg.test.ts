// @ts-nocheck
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { digest } from '../support/databases/events-table.js';
import { asServersReachIt, restoreFrom } from '../support/databases/restore-from.js';
import { TableLock } from '../support/databases/table-lock.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

/** Of a message that is no error. */
interface Notice {
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
}

let source: Connection;
let replica: Connection;
let replicaParams: ConnectionParams;
let roles: TestRoles;

beforeEach(async () => {
  source = await connectTo(await createSource(sharedServer()));
  const params = await createDestination(sharedServer());
  replica = await connectTo(params);
  replicaParams = { ...params, ...(await asServersReachIt(replica)) };
  roles = new TestRoles(replica, params);
});
afterEach(async () => {
  await roles[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await replica[Symbol.asyncDispose]();
});

async function fill(ids: string): Promise<void> {
  await replica.query(
    `INSERT INTO events SELECT id, '2030-01-02 03:04:05.678901+00', to_jsonb(id) FROM (${ids}) AS given (id)`,
  );
}

describe('a replica with holes is refused:', () => {
  test.each([
    ['in the middle', 'SELECT generate_series(1, 20) EXCEPT SELECT generate_series(5, 9)', 5, '5 to 9'],
    ['at the beginning', 'SELECT generate_series(3, 20)', 2, '1 to 2'],
    ['many', 'SELECT generate_series(1, 20, 2)', 9, '2 to 2, 4 to 4, 6 to 6'],
    ['between ids below zero', 'VALUES (-7), (-5), (1)', 6, '-6 to -6, -4 to 0'],
    [
      'as large as can be',
      'VALUES (1), (9223372036854775806)',
      9223372036854775804n,
      '2 to 9223372036854775805',
    ],
  ])('%s', async (_, ids, missing, gaps) => {
    await fill(ids);
    await expect(restoreFrom(source, replicaParams)).rejects.toMatchObject({
      message: `The replica lacks ${missing} ids; the first gaps are ${gaps}.`,
      hint: expect.stringContaining('SET slate.accept_gaps = on'),
    });
    expect(await source.query('SELECT FROM events')).toEqual([]);
  });

  test('unless the source had these holes, as the operator says with slate.accept_gaps', async () => {
    await fill('VALUES (2), (3), (7)');
    const notices = listenTo(source);
    await source.query('SET slate.accept_gaps = on');
    expect(await restoreFrom(source, replicaParams)).toEqual([{ rows_restored: 3n, next_insert_id: 8n }]);
    expect(await digest(source)).toBe(await digest(replica));
    expect(notices.map(({ message }) => message)).toContain(
      'The restored events lack 4 ids; the first gaps are 1 to 1, 4 to 6.',
    );
  });
});

test('what was restored is named with its last id and ts, and the advice to look at all replicas', async () => {
  await fill('SELECT generate_series(1, 20)');
  const notices = listenTo(source);
  await restoreFrom(source, replicaParams);
  expect(notices).toMatchObject([
    {
      message: expect.stringMatching(/^Restored 20 events; the last has id 20 and ts 2030-01-0/),
      hint: 'Another replica may hold later events: compare max(id) of all replicas before anything is appended.',
    },
  ]);
});

test('a replica that hides rows from the role is refused', async () => {
  await fill('SELECT generate_series(1, 20)');
  const reader = await roles.create('reader');
  await replica.query(
    `GRANT SELECT ON events TO "${reader}"; ALTER TABLE events ENABLE ROW LEVEL SECURITY;
     CREATE POLICY low ON events USING (id <= 10)`,
  );
  const restoring = restoreFrom(source, roles.in('reader', replicaParams));
  await expect(restoring).rejects.toMatchObject({
    message: `The replica does not let its role "${reader}" read all events: query would be affected by row-level security policy for table "events".`,
    hint: expect.stringContaining('row-level security must not bind it'),
  });
  expect(await source.query('SELECT FROM events')).toEqual([]);
});

test('a source that hides its rows from the role is not taken for empty', async () => {
  const [{ name }] = (await source.query('SELECT current_database() AS name')) as [{ name: string }];
  const sourceParams = sharedServer().params(name);
  await using own = new TestRoles(source, sourceParams);
  const restorer = await own.create('restorer');
  await source.query(
    `SELECT append_events('{1}'); GRANT ALL ON events, id TO "${restorer}";
     GRANT EXECUTE ON FUNCTION restore_events TO "${restorer}";
     ALTER TABLE events ENABLE ROW LEVEL SECURITY; CREATE POLICY none ON events USING (false) WITH CHECK (true)`,
  );
  await using session = await connectTo(own.in('restorer'));
  await session.query('SET row_security = on');
  await expect(restoreFrom(session, replicaParams)).rejects.toThrow('row-level security policy');
});

test('dblink is found in whatever schema it is', async () => {
  await source.query('CREATE SCHEMA "Odd one"; ALTER EXTENSION dblink SET SCHEMA "Odd one"');
  await fill('SELECT generate_series(1, 20)');
  expect(await restoreFrom(source, replicaParams)).toEqual([{ rows_restored: 20n, next_insert_id: 21n }]);
  await expect(restoreFrom(source, replicaParams)).rejects.toThrow('Table events is not empty');
});

test('a source without dblink is told so', async () => {
  await source.query('DROP EXTENSION dblink');
  await expect(restoreFrom(source, replicaParams)).rejects.toThrow(
    'This database lacks the extension dblink.',
  );
});

test('settings of the session and of the replica do not change what is restored', async () => {
  await fill('SELECT generate_series(1, 20)');
  await replica.query(
    'INSERT INTO events VALUES (21, \'0044-03-15 12:00:00.000001 BC\', \'{"a": "b\\\\\\\\c"}\')',
  );
  const settings = {
    search_path: 'nowhere',
    datestyle: "'SQL, DMY'",
    timezone: "'Asia/Kolkata'",
    standard_conforming_strings: 'off',
    default_transaction_isolation: 'serializable',
  };
  for (const [name, value] of Object.entries(settings)) {
    await replica.query(`ALTER DATABASE "${replicaParams.databaseName}" SET ${name} = ${value}`);
  }
  await source.query(
    "SET standard_conforming_strings = off; SET datestyle = 'German'; SET timezone = 'America/St_Johns'; SET search_path = ''",
  );
  expect(await restoreFrom(source, replicaParams)).toEqual([{ rows_restored: 21n, next_insert_id: 22n }]);
  await source.query('RESET ALL');
  expect(await digest(source)).toBe(await digest(replica));
});

test('time-outs that the replica has for its role do not end it', async () => {
  await fill('SELECT generate_series(1, 20)');
  const reader = await roles.create('reader');
  await replica.query(`GRANT SELECT ON events TO "${reader}"`);
  for (const name of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
    await replica.query(`ALTER ROLE "${reader}" SET ${name} = '1s'`);
  }
  await using lock = await TableLock.take(replicaParams, 'ACCESS EXCLUSIVE');
  const restoring = restoreFrom(source, roles.in('reader', replicaParams));
  await until('it had waited for longer than they allow', async () => {
    const waiting = await replica.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'restore_events' AND datname = current_database()
          AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > '1500ms'`,
    );
    return waiting.length > 0;
  });
  await lock.release();
  expect(await restoring).toEqual([{ rows_restored: 20n, next_insert_id: 21n }]);
});

/** What the server tells this session from now on. */
function listenTo(connection: Connection): Notice[] {
  const notices: Notice[] = [];
  connection.client.on('notice', (notice) => notices.push(notice));
  return notices;
}
