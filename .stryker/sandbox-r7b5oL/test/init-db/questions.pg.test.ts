// @ts-nocheck
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exists } from '../support/commands/run-init-db.js';
import { CONTROL_C, CONTROL_D, TypedCommand } from '../support/commands/typed-command.js';
import { createSource, newDatabaseName } from '../support/postgres/databases.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const { host, port, user, password } = sharedServer();
const SERVER = ['--host', host, '--port', String(port)];

test('on a terminal slate-init-db asks for user and password, and shows no password', async () => {
  const name = newDatabaseName(sharedServer(), 'asked');
  await using command = new TypedCommand([...SERVER, '-n', name, '-t', 'source']);
  await command.answer('User: ', `${user}\n`);
  await command.answer('Password: ', `${password}\n`);
  expect(await command.ended()).toBe(0);
  expect(command.screen).toContain(`[raw]User: ${user}`);
  // The terminal itself echoes only what is typed while it is not in raw mode.
  expect(command.screen).toMatch(/\[raw\]Password: \[cooked\]\nThe other commands do not ask .*\n$/);
  expect(await exists(sharedServer(), name)).toBe(true);
});

test.each(['User: ', 'Password: '])(
  '^C at the question "%s" ends it with 1 and nothing is made',
  async (question) => {
    const name = newDatabaseName(sharedServer(), 'stopped');
    const given = question === 'Password: ' ? ['--user', user] : [];
    await using command = new TypedCommand([...SERVER, ...given, '-n', name, '-t', 'source']);
    await command.answer(question, CONTROL_C);
    expect(await command.ended()).toBe(1);
    expect(command.screen).toContain('slate-init-db: stopped by SIGINT: nothing was left behind\n');
    expect(await exists(sharedServer(), name)).toBe(false);
  },
);

test('an empty answer, also ^D, means the default', async (context) => {
  needsPasswordCheck(context);
  const name = newDatabaseName(sharedServer(), 'default');
  await using command = new TypedCommand([...SERVER, '-n', name, '-t', 'source']);
  await command.answer('User: ', CONTROL_D);
  await command.answer('Password: ', '\n');
  expect(await command.ended()).toBe(1);
  expect(command.screen).toContain('the server requires a password, and none was given');
});

test('nothing is asked that options or the environment answer', async () => {
  const name = newDatabaseName(sharedServer(), 'not_asked');
  const env = { PGUSER: user, PGPASSWORD: password };
  await using command = new TypedCommand([...SERVER, '-n', name, '-t', 'destination'], env);
  expect(await command.ended()).toBe(0);
  expect(command.screen).toBe('');
});

test.each([
  ['postgres', (name: string) => ['-n', name, '-t', 'source']],
  ['template1', (name: string) => ['-n', name, '-t', 'source', '--maintenance-db', 'template1']],
])(
  'a password that .pgpass has for %s, which is connected to first, is not asked for',
  async (database, args) => {
    const name = newDatabaseName(sharedServer(), 'pgpass');
    using pgpass = new Pgpass(database);
    await using command = new TypedCommand([...SERVER, '--user', user, ...args(name)], pgpass.env);
    expect(await command.ended()).toBe(0);
    expect(command.screen).toBe('');
  },
);

test('an upgrade is done with the password that .pgpass has for the database itself', async () => {
  const { databaseName } = await createSource(sharedServer());
  using pgpass = new Pgpass(databaseName);
  const args = [...SERVER, '--user', user, '-n', databaseName, '--upgrade'];
  await using command = new TypedCommand(args, pgpass.env);
  expect(await command.ended()).toBe(0);
  expect(command.screen).toBe('');
});

/** A file that knows the password for one database only. Disposing removes it. */
class Pgpass implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'slate-pgpass-'));
  /** The library `pgpass` looks into no file where PGPASSWORD is set, also to nothing. */
  readonly env = { PGPASSFILE: join(this.#folder, 'pgpass'), PGPASSWORD: undefined };

  constructor(database: string) {
    const escaped = host.replaceAll(':', '\\:');
    writeFileSync(this.env.PGPASSFILE, `${escaped}:${port}:${database}:${user}:${password}\n`, {
      mode: 0o600,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
