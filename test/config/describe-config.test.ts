import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { redact } from '../../src/common/secrets.js';
import { describeConfig } from '../../src/config/describe-config.js';
import { loadDiffConfig } from '../../src/config/diff-config.js';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import { ConfigFolder, DESTINATION, MINIMAL } from '../support/config/config-folder.js';

const CONFIG = {
  ...MINIMAL,
  eventSource: {
    host: '::1',
    port: 5433,
    databaseName: 'source',
    user: 'me',
    password: 'hunter2',
    name: 'main',
  },
  memoryBudgetMb: 32,
  threads: 3,
};

beforeEach(() => {
  for (const name of ['PGUSER', 'PGPASSWORD', 'PGPORT', 'PGSSLMODE']) vi.stubEnv(name, undefined);
  vi.stubEnv('PGPASSFILE', '/dev/null');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const SYSTEM_USER = `${userInfo().username} (system user)`;

test('a configuration is shown under the names and in the units of its file', async () => {
  using folder = new ConfigFolder();
  expect(await describeConfig(await loadReplicatorConfig(folder.writeConfig(CONFIG)))).toEqual({
    eventSource: '[::1]:5433/source, name main, user me, password ***, ssl prefer',
    replicationDestinations: [`db2:5432/replica, user ${SYSTEM_USER}, password (none), ssl prefer`],
    maxEventsPerWrite: 10_000,
    connectTimeout: 15_000,
    onError: 'exit',
    lanes: 2,
    threads: 3,
    logInterval: 10_000,
    pollInterval: 30_000,
    heartbeatInterval: 4_000,
    memoryBudgetMb: 32,
    synchronousCommit: 'off',
    deferIndexes: false,
  });
});

test('so is that of eventsDiff', async () => {
  using folder = new ConfigFolder();
  expect(await describeConfig(await loadDiffConfig(folder.writeConfig(CONFIG)))).toEqual({
    left: '[::1]:5433/source, name main, user me, password ***, ssl prefer',
    rights: [`db2:5432/replica, user ${SYSTEM_USER}, password (none), ssl prefer`],
    maxEventsPerRead: 50_000,
    connectTimeout: 15_000,
  });
});

test('a connection is shown with its pooler, and without what was not decided', async () => {
  const connection = { host: 'db1', port: 6432, databaseName: 'source', user: 'me', password: 'hunter2' };
  expect(await describeConfig({ eventSource: { ...connection, pooler: 'session' }, lanes: 3 })).toEqual({
    eventSource: 'db1:6432/source, user me, password ***, pooler session',
    lanes: 3,
  });
});

test('a destination that is to be notified is shown so', async () => {
  using folder = new ConfigFolder();
  const replicationDestinations = [{ ...DESTINATION, user: 'me', notifyDestination: true }];
  const config = await loadReplicatorConfig(folder.writeConfig({ ...MINIMAL, replicationDestinations }));
  expect(await describeConfig(config)).toMatchObject({
    replicationDestinations: ['db2:5432/replica, user me, password (none), ssl prefer, notifies'],
  });
});

test('a destination that is paused is shown so', async () => {
  using folder = new ConfigFolder();
  const replicationDestinations = [{ ...DESTINATION, user: 'me', paused: true }];
  const config = await loadReplicatorConfig(folder.writeConfig({ ...MINIMAL, replicationDestinations }));
  expect(await describeConfig(config)).toMatchObject({
    replicationDestinations: ['db2:5432/replica, user me, password (none), ssl prefer, paused'],
  });
});

test('what is only for the log or for a standby is not shown', async () => {
  expect(await describeConfig({ warnings: ['careful'], standbyPollIntervalMs: 1_000 })).toEqual({});
});

describe('role and password are shown with where they come from, never the value:', () => {
  /** What is shown of a destination. */
  async function shown(folder: ConfigFolder, destination: object): Promise<unknown> {
    const replicationDestinations = [{ ...DESTINATION, ...destination }];
    const config = await loadReplicatorConfig(folder.writeConfig({ ...MINIMAL, replicationDestinations }));
    return (await describeConfig(config))['replicationDestinations'];
  }

  test('from PGUSER and PGPASSWORD', async () => {
    using folder = new ConfigFolder();
    vi.stubEnv('PGUSER', 'somebody');
    vi.stubEnv('PGPASSWORD', 'hunter2');
    expect(await shown(folder, {})).toEqual([
      'db2:5432/replica, user somebody (PGUSER), password *** (PGPASSWORD), ssl prefer',
    ]);
  });

  test('from a file', async () => {
    using folder = new ConfigFolder();
    folder.write('secret', 'hunter2');
    expect(await shown(folder, { user: 'me', passwordFile: 'secret' })).toEqual([
      'db2:5432/replica, user me, password *** (passwordFile), ssl prefer',
    ]);
  });

  test('from .pgpass', async () => {
    using folder = new ConfigFolder();
    folder.write('.pgpass', 'db2:*:replica:me:at home\n');
    vi.stubEnv('PGPASSFILE', undefined);
    vi.stubEnv('HOME', folder.path);
    expect(await shown(folder, { user: 'me' })).toEqual([
      'db2:5432/replica, user me, password *** (.pgpass), ssl prefer',
    ]);
  });

  test('from the file that PGPASSFILE names, where it has a line for this connection', async () => {
    using folder = new ConfigFolder();
    vi.stubEnv('PGPASSFILE', folder.write('pgpass', 'db2:*:replica:me:only in pgpass\n'));
    expect(await shown(folder, { user: 'me' })).toEqual([
      'db2:5432/replica, user me, password *** (PGPASSFILE), ssl prefer',
    ]);
    expect(redact('it is only in pgpass')).toBe('it is ***');
    expect(await shown(folder, { user: 'other' })).toEqual([
      'db2:5432/replica, user other, password (none), ssl prefer',
    ]);
  });
});
