import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact } from '../../src/common/secrets.js';
import { describeConfig } from '../../src/config/describe-config.js';
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
