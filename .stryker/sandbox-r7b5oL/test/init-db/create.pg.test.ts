// @ts-nocheck
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { checkDestination, checkSource } from '../../src/schema/check.js';
import { exists, initDb, reaching } from '../support/commands/run-init-db.js';
import { connectTo, newDatabaseName } from '../support/postgres/databases.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { sharedServer } from '../support/postgres/shared-server.js';

describe('slate-init-db', () => {
  test.each([
    ['source', checkSource],
    ['destination', checkDestination],
  ] as const)('creates a %s that the replicator accepts', async (type, check) => {
    const server = sharedServer();
    const name = newDatabaseName(server, `Made "here" ${type}`);
    const { code, stdout, stderr } = await initDb([...reaching(server), '-n', name, '-t', type]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Created the ${type} database`);
    await using connection = await connectTo(server.params(name));
    await expect(check(connection)).resolves.not.toThrow();
  });

  test('leaves a database that exists untouched, exit 1', async () => {
    const server = sharedServer();
    const name = newDatabaseName(server, 'existing');
    expect((await initDb([...reaching(server), '-n', name, '-t', 'destination'])).code).toBe(0);
    {
      await using connection = await connectTo(server.params(name));
      await connection.query(`INSERT INTO events VALUES (1, now(), '{}')`);
    }
    const { code, stderr } = await initDb([...reaching(server), '-n', name, '-t', 'source']);
    expect(code).toBe(1);
    expect(stderr).toContain('already exists and was left untouched');
    await using connection = await connectTo(server.params(name));
    expect(await connection.query('SELECT id FROM events')).toEqual([{ id: 1n }]);
    await expect(checkDestination(connection)).resolves.not.toThrow();
  });

  test('drops what it made when it fails half-way, exit 1', async () => {
    const server = sharedServer();
    const name = newDatabaseName(server, 'halfway');
    const role = `${name}_role`;
    await using admin = await connectTo(server.params('postgres'));
    // Only a superuser may create the extension dblink, which a source needs.
    await admin.query(`CREATE ROLE ${pg.escapeIdentifier(role)} LOGIN CREATEDB PASSWORD 'no superuser'`);
    const as = { ...server, user: role, password: 'no superuser' };
    const { code, stderr } = await initDb([...reaching(as), '-n', name, '-t', 'source']);
    await admin.query(`DROP ROLE ${pg.escapeIdentifier(role)}`);
    expect(code).toBe(1);
    expect(stderr).toContain('dblink');
    expect(stderr).not.toContain('no superuser');
    expect(await exists(server, name)).toBe(false);
  });

  test('says what is wrong when the server does not take the password, exit 1', async (context) => {
    needsPasswordCheck(context);
    const server = { ...sharedServer(), password: 'wrong-password' };
    const { code, stderr } = await initDb([...reaching(server), '-n', 'never', '-t', 'source']);
    expect(code).toBe(1);
    expect(stderr).toContain('28P01');
    expect(stderr).not.toContain('wrong-password');
  });
});
