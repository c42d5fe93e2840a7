// @ts-nocheck
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import { initDb, reaching } from '../support/commands/run-init-db.js';
import { connectTo } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';

/** A role that may create databases; named like a database that lets it in. */
const MAKER = { user: 'maker', password: "maker's" };

const DROP_POSTGRES = 'DROP DATABASE IF EXISTS postgres';
const CLOSE_TEMPLATE = 'REVOKE CONNECT ON DATABASE template1 FROM PUBLIC';

let server: PostgresServer;
/** Stays connected to a database that is none of those that are tried. */
let admin: Connection;

beforeAll(async () => {
  server = await startPostgres();
  await using postgres = await connectTo(server.params('postgres'));
  await postgres.query('CREATE DATABASE maintenance');
  admin = await connectTo(server.params('maintenance'));
  await admin.query(`CREATE ROLE maker LOGIN CREATEDB PASSWORD ${pg.escapeLiteral(MAKER.password)}`);
  await admin.query('CREATE DATABASE maker');
});
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

let names = 0;

function create(...more: readonly string[]) {
  const args = [...reaching({ ...server, ...MAKER }), '-n', `new_${names++}`, '-t', 'destination'];
  return initDb([...args, ...more]);
}

test.each([
  ['lets the role in', 'SELECT 1'],
  ['does not let the role in', 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC'],
  ['is closed', 'ALTER DATABASE postgres ALLOW_CONNECTIONS false'],
  ['does not exist', DROP_POSTGRES],
  ['does not exist, nor does template1 let it in', `${DROP_POSTGRES}; ${CLOSE_TEMPLATE}`],
])('slate-init-db finds a database to connect to first where postgres %s', async (_, sql) => {
  for (const statement of sql.split(';')) await admin.query(statement);
  expect(await create()).toMatchObject({ code: 0, stderr: '' });
});

test('where none of them lets the role in it names all, with what to do', async () => {
  for (const sql of [DROP_POSTGRES, CLOSE_TEMPLATE, 'DROP DATABASE maker']) await admin.query(sql);
  const { code, stderr } = await create();
  expect(code).toBe(1);
  expect(stderr).toContain('database "postgres" does not exist');
  expect(stderr).toContain('permission denied for database "template1"');
  expect(stderr).toContain('database "maker" does not exist');
  expect(stderr).toContain('Use --maintenance-db to name a database that this role may connect to.');
});

test('--maintenance-db names the only one that is tried', async () => {
  expect(await create('--maintenance-db', 'maintenance')).toMatchObject({ code: 0, stderr: '' });
  const { code, stderr } = await create('--maintenance-db', 'elsewhere');
  expect(code).toBe(1);
  expect(stderr).toContain('database "elsewhere" does not exist');
  expect(stderr).not.toContain('template1');
});

test('a wrong password is not tried at all of them', async () => {
  const args = [...reaching({ ...server, ...MAKER, password: 'wrong' }), '-n', 'never', '-t', 'destination'];
  const { stderr } = await initDb(args);
  expect(stderr.match(/password authentication failed/g)).toHaveLength(1);
});
