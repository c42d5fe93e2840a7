import { chmodSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exposureWarnings } from '../../src/common/secret-files.js';
import { redact } from '../../src/common/secrets.js';
import { describeConfig } from '../../src/config/describe-config.js';
import {
  noteFilesOfEnvironment,
  noteFilesWithPasswords,
  registerEnvironment,
  registerNamesAndSecrets,
} from '../../src/config/register-secrets.js';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import { ConfigFolder, MINIMAL, refusal } from '../support/config/config-folder.js';

/** Any text that the protocol can carry; the mark makes sure that it is not found somewhere by chance. */
const anyPassword = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((text) => !text.includes('\0'))
  .map((text) => `hunter2${text}`);

function replicatorConfig(source: object): object {
  return { ...MINIMAL, eventSource: { ...MINIMAL.eventSource, ...source } };
}

test('user and password may hold any character', async () => {
  using folder = new ConfigFolder();
  await fc.assert(
    fc.asyncProperty(anyPassword, async (password) => {
      const user = `user ${password}`;
      const file = folder.writeConfig(replicatorConfig({ user, password }));
      expect((await loadReplicatorConfig(file)).eventSource).toMatchObject({ user, password });
    }),
  );
});

test('a password survives its way through a file', async () => {
  using folder = new ConfigFolder();
  await fc.assert(
    fc.asyncProperty(anyPassword, async (password) => {
      const passwordFile = folder.write('password', `${password}\n`);
      const file = folder.writeConfig(replicatorConfig({ passwordFile }));
      expect((await loadReplicatorConfig(file)).eventSource).toMatchObject({ password });
    }),
  );
});

/** Places where people put a password, rightly or not. */
const MISPLACED: ((password: unknown) => object)[] = [
  (password) => replicatorConfig({ password, host: 5 }),
  (password) => replicatorConfig({ passwrd: password }),
  (password) => replicatorConfig({ password: { value: password } }),
  (password) => replicatorConfig({ password: [password] }),
  (password) => replicatorConfig({ host: `postgres://me:${String(password)}@db1` }),
  (password) => ({ ...MINIMAL, eventSource: `postgres://me:${String(password)}@db1/source` }),
  (password) => ({ ...MINIMAL, replicationDestinations: [[password]] }),
  (password) => ({ ...MINIMAL, passwords: password, lane: 1 }),
  // With a slash or a dot in it, it would look like the name of a file.
  (password) =>
    replicatorConfig({
      passwordFile: typeof password === 'string' ? password.replace(/[./\\]/g, '') : password,
    }),
  (password) => replicatorConfig({ databaseName: `postgres://me:${String(password)}@db1/source` }),
  (password) =>
    replicatorConfig({ ssl: { mode: 'require', key: `-----BEGIN PRIVATE KEY-----\n${String(password)}` } }),
];

test('no error shows a password, whatever its type and wherever it was put', async () => {
  using folder = new ConfigFolder();
  const anySecret = fc.oneof(anyPassword, fc.integer({ min: 10_000_000 }));
  await fc.assert(
    fc.asyncProperty(anySecret, fc.constantFrom(...MISPLACED), async (password, config) => {
      const { message } = await refusal(loadReplicatorConfig(folder.writeConfig(config(password))));
      expect(message).not.toContain(String(password));
      expect(message).not.toContain('hunter2');
    }),
  );
});

test('no warning about an unknown key shows its value', async () => {
  using folder = new ConfigFolder();
  const file = folder.writeConfig({ ...replicatorConfig({ secret: 'hunter2' }), passwords: ['hunter2'] });
  const { warnings } = await loadReplicatorConfig(file);
  expect(warnings).toEqual(['passwords: unknown key, ignored', 'eventSource.secret: unknown key, ignored']);
});

test('what is shown of a configuration holds no password', async () => {
  using folder = new ConfigFolder();
  await fc.assert(
    fc.asyncProperty(anyPassword, async (password) => {
      const config = await loadReplicatorConfig(folder.writeConfig(replicatorConfig({ password })));
      expect(JSON.stringify(await describeConfig(config))).not.toContain('hunter2');
    }),
  );
});

test('once a configuration is read, its passwords are masked in every text', async () => {
  using folder = new ConfigFolder();
  await fc.assert(
    fc.asyncProperty(anyPassword, async (text) => {
      const password = `open sesame ${text}`;
      await loadReplicatorConfig(folder.writeConfig(replicatorConfig({ password })));
      expect(redact(`before ${password} after`)).toMatch(/^before \*\*\*/);
    }),
  );
});

describe('masked are', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('passwords of every connection that a file may hold, whatever the command', () => {
    registerNamesAndSecrets({
      eventSource: { password: 'secret of a source' },
      replicationDestinations: [{ password: 'secret of a replica' }, 'no connection', null],
      events2Params: { password: 4_711_081_500 },
      helpers: { password: 'not a connection' },
    });
    expect(redact('with secret of a source')).toBe('with ***');
    expect(redact('with secret of a replica')).toBe('with ***');
    expect(redact('with 4711081500')).toBe('with ***');
    expect(redact('with not a connection')).toBe('with not a connection');
    registerNamesAndSecrets({ eventSource: { password: {} } });
    expect(redact('with [object Object]')).toBe('with [object Object]');
  });

  test('the password of the environment', () => {
    vi.stubEnv('PGPASSWORD', 'secret of the environment');
    registerEnvironment();
    expect(redact('with secret of the environment')).toBe('with ***');
  });

  test('no names, also where a password is the same', () => {
    vi.stubEnv('PGHOST', 'host of the environment');
    vi.stubEnv('PGUSER', 'user of the environment');
    vi.stubEnv('PGPORT', '6432100');
    registerEnvironment();
    registerNamesAndSecrets({ eventSource: { host: 'the host', port: 5_432_100, name: 'the name' } });
    registerNamesAndSecrets({ eventSource: { databaseName: 'the database', user: 'the user' } });
    const names = ['the host', '5432100', 'the database', 'the user', 'the name'];
    names.push('host of the environment', 'user of the environment', '6432100');
    for (const name of names) {
      registerNamesAndSecrets({ eventSource: { password: name } });
      expect(redact(`in ${name}`)).toBe(`in ${name}`);
    }
  });

  test('names that may hold a password', () => {
    registerNamesAndSecrets({ eventSource: { host: 'postgres://me:pass of a url@db1' } });
    registerNamesAndSecrets({ eventSource: { password: 'postgres://me:pass of a url@db1' } });
    expect(redact('in postgres://me:pass of a url@db1')).toBe('in ***');
  });
});

describe('others may not read', () => {
  let folder: ConfigFolder;

  beforeEach(() => {
    folder = new ConfigFolder();
    vi.stubEnv('PGPASSWORD', undefined);
    exposureWarnings();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    folder[Symbol.dispose]();
  });

  /** A file that everybody may read. */
  function exposed(name: string, text: string): string {
    const file = folder.write(name, text);
    chmodSync(file, 0o644);
    return file;
  }

  const warned = () => exposureWarnings().map((warning) => /^\S+/.exec(warning)?.[0]);

  test.each([
    ['single quotes', `module.exports = { password: 'open "sesame"' };`, 'open "sesame"'],
    ['double quotes', `module.exports = { password: "it's me" };`, "it's me"],
    ['back quotes', 'module.exports = { password: `open sesame` };', 'open sesame'],
    ['JSON', '{"password": "back\\\\slash"}', 'back\\slash'],
  ])('a file in which a password is written in %s', (_, text, password) => {
    const file = exposed('config', text);
    noteFilesWithPasswords(file, { eventSource: { password } });
    expect(warned()).toEqual([file]);
  });

  test('a file in which one of several passwords is written', () => {
    const file = exposed('config', "module.exports = { password: 'open sesame' };");
    noteFilesWithPasswords(file, {
      eventSource: { password: 'x y z' },
      events1Params: { password: 'open sesame' },
    });
    expect(exposureWarnings()).toEqual([expect.stringContaining(`${file} holds a password, and every user`)]);
  });

  test.each([
    ['has its password from elsewhere', 'module.exports = { password: process.env.SECRET };', 'open sesame'],
    ['has an empty one', "module.exports = { password: '' };", ''],
    ['has one that is no text', 'module.exports = { password: 5 };', 5],
    ['holds the letters elsewhere', 'module.exports = { opensesame };', 'open'],
  ])('but a file is not warned of that %s', (_, text, password) => {
    const file = exposed('config', text);
    noteFilesWithPasswords(file, { eventSource: { password, passwordFile: 'other' } });
    expect(warned()).toEqual([]);
  });

  test('.pgpass, if a connection names no password and the environment has none', () => {
    const pgpass = exposed('pgpass', 'db1:*:*:me:hunter2');
    vi.stubEnv('PGPASSFILE', pgpass);
    const config = folder.write('config', '{}');
    noteFilesWithPasswords(config, { eventSource: { password: 'a' }, events1Params: { passwordFile: 'b' } });
    expect(warned()).toEqual([]);
    vi.stubEnv('PGPASSWORD', 'hunter2');
    noteFilesOfEnvironment();
    expect(warned()).toEqual([]);
    vi.stubEnv('PGPASSWORD', undefined);
    noteFilesWithPasswords(config, { eventSource: { password: 'a' }, events1Params: {} });
    expect(warned()).toEqual([pgpass]);
  });

  test('a file that went away after it was read is nobody’s to read', () => {
    noteFilesWithPasswords(`${folder.path}/none`, { eventSource: { password: 'open sesame' } });
    expect(warned()).toEqual([]);
  });
});
