/** A function given as `password` stays in the main thread; the connection carries its key. */
import { expect, test } from 'vitest';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { askForPassword } from '../../src/pg/password-function.js';
import { ConfigFolder, refusal } from '../support/config/config-folder.js';

/** A configuration whose source has a function that answers with `answer`. */
function scriptWith(answer: string, more = ''): string {
  return `module.exports = {
    eventSource: { host: 'db1', databaseName: 'source', password: async () => '${answer}' },
    replicationDestinations: [{ host: 'db2', databaseName: 'replica' }],
    ${more}
  };`;
}

function answerFor({ passwordFunction = '', host, port, databaseName }: ConnectionParams): Promise<string> {
  const question = { passwordFunction, login: { host, port, databaseName, user: 'me' }, timeoutMs: 1_000 };
  return askForPassword(question, new AbortController().signal);
}

test('a connection with a function can be sent to another thread', async () => {
  using folder = new ConfigFolder();
  const { eventSource } = await loadReplicatorConfig(folder.write('first.cjs', scriptWith('first')));
  expect(structuredClone(eventSource)).toEqual(eventSource);
  expect(eventSource).toMatchObject({ passwordFunction: '@db1:5432/source' });
  expect(await answerFor(eventSource)).toBe('first');
});

test('a file that is read again brings its function, and the connection is the same as before', async () => {
  using folder = new ConfigFolder();
  const first = await loadReplicatorConfig(folder.write('first.cjs', scriptWith('first')));
  const second = await loadReplicatorConfig(folder.write('second.cjs', scriptWith('second')));
  expect(second).toEqual(first);
  expect(await answerFor(first.eventSource)).toBe('second');
});

test('a file with mistakes that is read again changes no function', async () => {
  using folder = new ConfigFolder();
  const { eventSource } = await loadReplicatorConfig(folder.write('first.cjs', scriptWith('first')));
  await refusal(loadReplicatorConfig(folder.write('second.cjs', scriptWith('second', 'lanes: 99'))));
  expect(await answerFor(eventSource)).toBe('first');
});
