// @ts-nocheck
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { digest } from '../support/databases/events-table.js';
import { asServersReachIt, restoreFrom } from '../support/databases/restore-from.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { sharedServer } from '../support/postgres/shared-server.js';

let source: Connection;
let replicaParams: ConnectionParams;
let replica: Connection;

beforeEach(async () => {
  source = await connectTo(await createSource(sharedServer()));
  replicaParams = await createDestination(sharedServer());
  replica = await connectTo(replicaParams);
});
afterEach(async () => {
  await source[Symbol.asyncDispose]();
  await replica[Symbol.asyncDispose]();
});

async function restore(other: Partial<ConnectionParams> = {}): Promise<unknown> {
  const address = await asServersReachIt(replica);
  return restoreFrom(source, { ...replicaParams, ...address, ...other });
}

async function state(): Promise<unknown> {
  return {
    events: await source.query('SELECT id FROM events ORDER BY id'),
    nextId: await source.query('SELECT id FROM id'),
  };
}

const EMPTY = { events: [], nextId: [{ id: 1n }] };

describe('restore_events', () => {
  test('refills an empty source byte by byte and goes on with the next id', async () => {
    await replica.query(
      `INSERT INTO events VALUES
         (1, '0044-03-15 12:00:00.000001 BC', '{"a": 1.10, "b": 12345678901234567890, "c": 1e400}'),
         (2, 'infinity', '{"text": "it''s \\\\ \\u00fc \\n %"}'), (3, '2017-03-01 17:21:33.262349+00', 'null')`,
    );
    expect(await restore()).toEqual([{ rows_restored: 3n, next_insert_id: 4n }]);
    expect(await digest(source)).toBe(await digest(replica));
    expect(await source.query("SELECT append_events('{1}') AS id")).toEqual([{ id: 4n }]);
  });

  test('does so whatever the date style and time zone of both sessions', async () => {
    await replica.query(
      "INSERT INTO events VALUES (1, '2017-03-04 17:21:33.262349+00', '{}'), (2, '1890-01-01 00:00:00.000001+00', '{}')",
    );
    await replica.query(`ALTER DATABASE "${replicaParams.databaseName}" SET datestyle = 'SQL, DMY'`);
    await replica.query(`ALTER DATABASE "${replicaParams.databaseName}" SET timezone = 'Asia/Kolkata'`);
    await source.query("SET datestyle = 'German'; SET timezone = 'America/St_Johns'");
    await restore();
    await source.query("SET datestyle = 'ISO'; SET timezone = 'UTC'");
    expect(await digest(source)).toBe(await digest(replica));
  });

  test('takes more events than it fetches at a time', async () => {
    await replica.query(
      'INSERT INTO events SELECT n, now(), to_jsonb(n) FROM generate_series(1, 25001) AS n',
    );
    expect(await restore()).toEqual([{ rows_restored: 25_001n, next_insert_id: 25_002n }]);
    expect(await digest(source)).toBe(await digest(replica));
  });

  test('takes nothing from an empty replica', async () => {
    expect(await restore()).toEqual([{ rows_restored: 0n, next_insert_id: 1n }]);
    expect(await state()).toEqual(EMPTY);
  });

  test('takes a password with any character in it', async () => {
    const user = `${sharedServer().databasePrefix}restorer`;
    const password = `it's a "back\\slash" = 'x'`;
    await replica.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`);
    await replica.query(`GRANT SELECT ON events TO ${user}`);
    try {
      expect(await restore({ user, password })).toEqual([{ rows_restored: 0n, next_insert_id: 1n }]);
    } finally {
      await replica.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
    }
  });

  test('refuses a source that is not empty', async () => {
    await source.query("SELECT append_events('{1}')");
    await expect(restore()).rejects.toThrow('Table events is not empty');
    expect(await state()).toEqual({ events: [{ id: 1n }], nextId: [{ id: 2n }] });
  });

  test.for<[string, Partial<ConnectionParams>]>([
    ['a database that does not exist', { databaseName: 'no_such_database' }],
    ['a wrong password', { password: 'wrong' }],
    ['a server that does not answer', { port: 1 }],
    ['a database without events', { databaseName: 'postgres' }],
  ])('leaves everything as it was and can be called again after %s', async ([, wrong], context) => {
    if (wrong.password !== undefined) needsPasswordCheck(context);
    await expect(restore(wrong)).rejects.toThrow();
    expect(await state()).toEqual(EMPTY);
    await replica.query("INSERT INTO events VALUES (1, now(), '{}')");
    expect(await restore()).toEqual([{ rows_restored: 1n, next_insert_id: 2n }]);
  });

  test('leaves everything as it was when it fails half-way', async () => {
    await replica.query(
      'INSERT INTO events SELECT n, now(), to_jsonb(n) FROM generate_series(1, 15000) AS n',
    );
    await source.query('ALTER TABLE events ADD CHECK (id < 12000)');
    await expect(restore()).rejects.toThrow('violates check constraint');
    expect(await state()).toEqual(EMPTY);
    await source.query('ALTER TABLE events DROP CONSTRAINT events_id_check');
    expect(await restore()).toMatchObject([{ rows_restored: 15_000n }]);
  });
});

test.each([
  ['[::1]:1', '"::1", port 1'],
  ['::1', '"::1", port'],
  ['127.0.0.1:1', '"127.0.0.1", port 1'],
])('restore_events takes the host %s', async (host, reached) => {
  const restoring = source.query("SELECT restore_events($1, 'a', 'b', 'c')", [host]);
  await expect(restoring).rejects.toMatchObject({ detail: expect.stringContaining(reached) });
});
