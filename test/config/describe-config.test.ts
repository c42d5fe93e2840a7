import { expect, test } from 'vitest';
import { describeConfig } from '../../src/config/describe-config.js';
import { loadDiffConfig } from '../../src/config/diff-config.js';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import { ConfigFolder, MINIMAL } from './config-folder.js';

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

test('a configuration is shown under the names and in the units of its file', async () => {
  using folder = new ConfigFolder();
  expect(describeConfig(await loadReplicatorConfig(folder.writeConfig(CONFIG)))).toEqual({
    eventSource: '[::1]:5433/source, name main, user me, password ***, ssl prefer',
    replicationDestinations: ['db2:5432/replica, user (default), password (none), ssl prefer'],
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
  expect(describeConfig(await loadDiffConfig(folder.writeConfig(CONFIG)))).toEqual({
    left: '[::1]:5433/source, name main, user me, password ***, ssl prefer',
    rights: ['db2:5432/replica, user (default), password (none), ssl prefer'],
    maxEventsPerRead: 50_000,
    connectTimeout: 15_000,
  });
});
