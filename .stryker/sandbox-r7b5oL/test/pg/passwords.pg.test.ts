// @ts-nocheck
import { chmodSync } from 'node:fs';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { loadLoaderConfig } from '../../src/config/loader-config.js';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import { ConfigFolder } from '../support/config/config-folder.js';
import { startPlainServer } from '../support/network/tls-server.js';
import { connectTo } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';

let server: PostgresServer;
let admin: Connection;
let folder: ConfigFolder;

beforeAll(async () => {
  server = await startPlainServer();
  admin = await connectTo(server.params('postgres'));
  folder = new ConfigFolder();
});

afterAll(async () => {
  folder[Symbol.dispose]();
  await admin[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function createRole(name: string, password: string): Promise<void> {
  await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
  await admin.query(`CREATE ROLE ${pg.escapeIdentifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
}

/** Whom the server takes a connection for that a configuration file describes. */
async function loginWith(fields: object): Promise<string | undefined> {
  const eventSource = { host: server.host, port: server.port, databaseName: 'postgres', ...fields };
  const config = await loadLoaderConfig(folder.writeConfig({ eventSource }));
  const options = { applicationName: 'slate-test', connectTimeoutMs: 15_000 };
  await using connection = await connect(config.eventSource, options);
  const [row] = await connection.query<{ user: string }>('SELECT session_user AS user');
  return row?.user;
}

const HARD = `'"\\/:@?#%20 &=;$1{}[]ä€😀\t\n`;

test('user and password in the file may hold any character', async () => {
  await createRole(HARD, `p${HARD}`);
  expect(await loginWith({ user: HARD, password: `p${HARD}` })).toBe(HARD);
});

/**
 * pg 8.23 prepares passwords for SCRAM (SASLprep) with fewer rules than the server has: a password with characters that Unicode
 * normalises or drops *and* with others that it did not know in version 3.2 is refused by it.
 */
function isPreparedAlike(text: string): boolean {
  return (
    text.normalize('NFKC') === text &&
    !/[\p{Default_Ignorable_Code_Point}\p{Zs}\0]/u.test(text.replaceAll(' ', ''))
  );
}

test('a password is taken exactly as it is, and any other is refused without showing it', async () => {
  const anyPassword = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter(isPreparedAlike);
  await fc.assert(
    fc.asyncProperty(anyPassword, async (password) => {
      const secret = `hunter2 ${password}`;
      await createRole('somebody', secret);
      expect(await loginWith({ user: 'somebody', password: secret })).toBe('somebody');
      const wrong = loginWith({ user: 'somebody', password: `${secret}x` });
      await expect(wrong).rejects.toMatchObject({
        message: expect.not.stringContaining('hunter2'),
        exitCode: 1,
      });
    }),
    { numRuns: 25 },
  );
});

test('a password that version 0.1.4 took with URL escapes fails with what to write instead', async () => {
  await createRole('escaped', 'p@ss');
  await expect(loginWith({ user: 'escaped', password: 'p%40ss' })).rejects.toMatchObject({
    hint: expect.stringContaining(
      'Write the characters themselves in password, for example @ instead of %40.',
    ),
  });
});

test('the password may come from passwordFile', async () => {
  await createRole('filed', HARD);
  const passwordFile = folder.write('password', `${HARD}\n`);
  expect(await loginWith({ user: 'filed', passwordFile })).toBe('filed');
});

test('the password may come from PGPASSWORD', async () => {
  await createRole('environed', HARD);
  vi.stubEnv('PGPASSWORD', HARD);
  expect(await loginWith({ user: 'environed' })).toBe('environed');
});

test('the password may come from .pgpass', async () => {
  await createRole('passed', 'pass:word');
  const file = folder.write('.pgpass', `${server.host}:${server.port}:*:passed:pass\\:word\n`);
  chmodSync(file, 0o600);
  vi.stubEnv('PGPASSFILE', file);
  expect(await loginWith({ user: 'passed' })).toBe('passed');
});

test('the user may come from PGUSER', async () => {
  await createRole('named', 'password');
  vi.stubEnv('PGUSER', 'named');
  expect(await loginWith({ password: 'password' })).toBe('named');
});
