import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { unseen } from '../../src/common/unseen.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { asServersReachIt, hostAndPort } from '../support/databases/restore-from.js';
import { TableLock } from '../support/databases/table-lock.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

let server: PostgresServer;
let source: ConnectionParams;
let admin: Connection;
let replica: ConnectionParams;
let roles: TestRoles;

beforeAll(async () => {
  server = await startPostgres({ settings: { logging_collector: 'on' } });
  source = await createSource(server);
  admin = await connectTo(source);
  roles = new TestRoles(admin, source);
  replica = await createDestination(server);
  await using session = await connectTo(replica);
  await session.query(
    `INSERT INTO events VALUES (1, now(), '{}'); GRANT SELECT ON events TO "${await roles.create('reader')}"`,
  );
  replica = { ...replica, ...(await asServersReachIt(session)) };
});
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await admin.query(
    'SET session_replication_role = replica; TRUNCATE events; UPDATE id SET id = 1; RESET ALL',
  );
});

/** A call as somebody types it; `password` is SQL. */
function restoreSql(params: ConnectionParams, password: string): string {
  const { databaseName, user = '' } = params;
  const literals = [hostAndPort(params), databaseName, user].map((text) => pg.escapeLiteral(text));
  return `SELECT * FROM public.restore_events(${literals.join(', ')}, ${password})`;
}

/** Everything that the server has logged by now. */
async function log(): Promise<string> {
  const mark = `mark ${process.hrtime.bigint()}`;
  await admin.query(`DO $$ BEGIN RAISE LOG '${mark}'; END $$`);
  let text = '';
  await until('the log was written', async () => {
    const [row] = await admin.query<{ text: string }>('SELECT pg_read_file(pg_current_logfile()) AS text');
    text = row?.text ?? '';
    return text.includes(`LOG:  ${mark}`);
  });
  return text;
}

test.each([
  ['where the source is not empty', {}, "SELECT append_events('{1}')", 'is not empty'],
  ['where the password is wrong', { password: 'WRONG' }, 'SELECT 1', 'could not establish connection'],
  ['where nobody answers', { port: 1 }, 'SELECT 1', 'could not establish connection'],
  [
    'where there is no such database',
    { databaseName: 'no_such' },
    'SELECT 1',
    'could not establish connection',
  ],
  ['where it is no replica', { databaseName: 'postgres' }, 'SELECT 1', 'does not exist'],
] as const)(
  'a superuser’s call that fails is not logged with its password: %s',
  async (_, wrong, before, message) => {
    const params = { ...replica, ...wrong };
    await using session = await connectTo(source);
    await session.query(before);
    await expect(session.query(restoreSql(params, pg.escapeLiteral(`${params.password}`)))).rejects.toThrow(
      message,
    );
    const logged = await log();
    expect(logged).toContain(message);
    expect(logged).not.toContain(params.password);
  },
);

test('nor is one that somebody stops', async () => {
  await using session = await connectTo(source);
  await using lock = await TableLock.take(source, 'SHARE');
  const restoring = unseen(session.query(restoreSql(replica, pg.escapeLiteral(`${replica.password}`))));
  await lock.untilWaitedFor();
  await admin.query(
    "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted",
  );
  await expect(restoring).rejects.toThrow('canceling statement');
  const logged = await log();
  expect(logged).toContain('canceling statement');
  expect(logged).not.toContain(replica.password);
});

test('after a call, whatever became of it, statements that fail are logged again', async () => {
  await using session = await connectTo(source);
  const password = pg.escapeLiteral(`${replica.password}`);
  await session.query('BEGIN');
  await session.query(restoreSql(replica, password));
  expect(await session.query('SHOW log_min_error_statement')).toEqual([{ log_min_error_statement: 'error' }]);
  await session.query('COMMIT');
  await expect(session.query(restoreSql(replica, password))).rejects.toThrow('is not empty');
  expect(await session.query('SHOW log_min_error_statement')).toEqual([{ log_min_error_statement: 'error' }]);
});

test.each([
  ['a superuser', async () => server],
  [
    'a role that is none',
    async () => {
      const restorer = await roles.create('restorer');
      await admin.query(
        `GRANT ALL ON events, id TO "${restorer}"; GRANT EXECUTE ON FUNCTION restore_events TO "${restorer}"`,
      );
      return roles.in('restorer');
    },
  ],
])('a password that comes with the connection is in no log, whatever is logged: %s', async (_, who) => {
  await admin.query(`ALTER DATABASE "${source.databaseName}" SET log_statement = 'all'`);
  await admin.query(`ALTER DATABASE "${source.databaseName}" SET log_min_duration_statement = 0`);
  const { user, password } = await who();
  const reader = roles.in('reader', replica);
  // As docs/operations.md says: a backslash before each character.
  const options = `-c slate.replica_password=${reader.password?.replaceAll(/./g, '\\$&')}`;
  const session = new pg.Client({ ...source, database: source.databaseName, user, password, options });
  await session.connect();
  const sql = restoreSql(reader, 'NULL');
  expect((await session.query(sql)).rows).toEqual([{ rows_restored: '1', next_insert_id: '2' }]);
  await expect(session.query(sql)).rejects.toThrow('is not empty');
  await session.end();
  const logged = await log();
  expect(logged).toContain(`statement: ${sql}`);
  expect(logged).not.toContain(reader.password);
});
