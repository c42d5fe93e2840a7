/** Every command says at its start which of its files with secrets others may read. */
// @ts-nocheck

import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandResult, RunningCommand } from '../support/commands/command.js';
import { ConfigFolder, MINIMAL } from '../support/config/config-folder.js';
import { createAuthority } from '../support/network/certificates.js';

let folder: ConfigFolder;

beforeAll(() => {
  folder = new ConfigFolder();
});
afterAll(() => {
  folder[Symbol.dispose]();
});

/** A file that everybody may read. */
function exposed(name: string, text: string): string {
  const file = folder.write(name, text);
  chmodSync(file, 0o644);
  return file;
}

async function run(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<CommandResult> {
  const none = { PGUSER: 'me', PGPASSWORD: '', PGPASSFILE: '/dev/null' };
  await using command = new RunningCommand(file, [...args, '--dry-run'], { ...none, ...env });
  return await command.ended();
}

/** How often a text is in what a command said. */
function occurrences({ stdout, stderr }: CommandResult, text: string): number {
  return `${stdout}${stderr}`.split(text).length - 1;
}

test.each(['slate-replicator', 'slate-events-diff', 'slate-load-person-data', 'slate-load-perf-test-data'])(
  '%s',
  async (command) => {
    const password = exposed('password', 'hunter2');
    const pgpass = exposed('pgpass', 'db2:*:*:me:hunter2');
    const eventSource = { ...MINIMAL.eventSource, passwordFile: password };
    const config = exposed(
      'with-password.cjs',
      `module.exports = { eventSource: ${JSON.stringify(eventSource)},
         replicationDestinations: [{ host: 'db2', databaseName: 'x' }, { host: 'db3', databaseName: 'y', password: 'hunter3' }] }`,
    );
    const result = await run(command, ['-c', config], { PGPASSFILE: pgpass });
    expect(result.code).toBe(0);
    for (const file of [password, config]) expect(occurrences(result, `${file} holds a password`)).toBe(1);
    expect(occurrences(result, `${pgpass} is ignored`)).toBe(1);
    expect(occurrences(result, 'hunter')).toBe(0);
  },
);

test('slate-init-db', async () => {
  const pgpass = exposed('pgpass', 'localhost:*:*:me:hunter2');
  const args = ['--host', 'localhost', '-n', 'x', '-t', 'source'];
  const result = await run('slate-init-db', args, { PGPASSFILE: pgpass });
  expect(occurrences(result, `${pgpass} is ignored`)).toBe(1);
  expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('password (none)') });
});

test('a private key', async () => {
  const own = createAuthority('me');
  const key = exposed('key.pem', own.key);
  const ssl = { mode: 'require', key, certificate: exposed('certificate.pem', own.certificate) };
  const config = folder.write(
    'with-key.json',
    JSON.stringify({ eventSource: { ...MINIMAL.eventSource, ssl } }),
  );
  const result = await run('slate-load-person-data', ['-c', config], {});
  expect(occurrences(result, `${key} holds a private key`)).toBe(1);
});

test('no word about a configuration file that only says where its password comes from', async () => {
  const config = exposed(
    'from-elsewhere.cjs',
    `module.exports = { eventSource: { host: 'db1', databaseName: 'x', password: process.env.SECRET } }`,
  );
  const result = await run('slate-load-person-data', ['-c', config], { SECRET: 'hunter2' });
  expect(result).toMatchObject({ code: 0, stderr: '' });
});
