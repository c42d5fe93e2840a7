// @ts-nocheck
import { expect, test } from 'vitest';
import { loadReplicatorConfig } from '../../../src/config/replicator-config.js';
import { ConfigFolder, MINIMAL, refusal, SOURCE } from '../../support/config/config-folder.js';

/** What version 0.1.4 ran and this version must not guess at, with the sentence that tells what to write. */
test.each([
  [
    'databaseName with options of a URL',
    { databaseName: 'db?ssl=false' },
    "eventSource.databaseName: must not hold the options of a URL; write databaseName: 'db' and ssl: 'disable' instead",
  ],
  [
    'user and password in host',
    { host: 'me:hunter2@db1' },
    'eventSource.host: must not hold a user or a password; write them as user and password instead',
  ],
  [
    'ssl: true, which was ignored',
    { ssl: true },
    "eventSource.ssl: true does not say whether to verify the certificate; write 'require' or 'verify-full' instead",
  ],
  [
    'a key that is one slip away from a known one',
    { pasword: 'hunter2' },
    'eventSource.pasword: unknown key, did you mean password?',
  ],
])('%s is refused, and what to write is said', async (_title, fields, mistake) => {
  using folder = new ConfigFolder();
  const file = folder.writeConfig({ ...MINIMAL, eventSource: { ...SOURCE, ...fields } });
  const { message } = await refusal(loadReplicatorConfig(file));
  expect(message.split('\n').slice(1)).toEqual([`  ${mistake}`]);
});

test('a connectTimeout that no timer can wait for is refused: it ended each attempt after a millisecond', async () => {
  using folder = new ConfigFolder();
  const file = folder.writeConfig({ ...MINIMAL, connectTimeout: 3_000_000_000 });
  const { message } = await refusal(loadReplicatorConfig(file));
  expect(message).toContain('connectTimeout: expected at most 2147483647, found 3000000000');
});
