import { expect, test } from 'vitest';
import { loadDiffConfig } from '../../src/config/diff-config.js';
import { loadHoldConfig } from '../../src/config/hold-config.js';
import { loadLoaderConfig } from '../../src/config/loader-config.js';
import { ConfigFolder, DESTINATION, MINIMAL, refusal, SOURCE } from '../support/config/config-folder.js';

async function loadDiff(config: unknown) {
  using folder = new ConfigFolder();
  return await loadDiffConfig(folder.writeConfig(config));
}

async function loadLoader(config: unknown) {
  using folder = new ConfigFolder();
  return await loadLoaderConfig(folder.writeConfig(config));
}

test('slate-hold takes a replicator’s file and reads only what it needs', async () => {
  using folder = new ConfigFolder();
  const file = folder.writeConfig({ ...MINIMAL, connectTimeout: 500, lanes: 'wrong', zzz: 1 });
  expect(await loadHoldConfig(file)).toMatchObject({
    replicationDestinations: [{ host: 'db2', databaseName: 'replica' }],
    connectTimeoutMs: 500,
    warnings: ['zzz: unknown key, ignored'],
  });
});

test('a loader takes its own file', async () => {
  const config = await loadLoader({ eventSource: SOURCE, connectTimeout: 500 });
  expect(config).toMatchObject({ eventSource: { host: 'db1' }, connectTimeoutMs: 500 });
});

test('a loader takes a replicator’s file and reads only what it needs', async () => {
  const config = await loadLoader({ ...MINIMAL, lanes: 'wrong' });
  expect(config).not.toHaveProperty('lanes');
  expect(config.eventSource.databaseName).toBe('source');
});

test('a loader needs a source, and unknown keys are mistakes for it too', async () => {
  const { message } = await refusal(loadLoader({ connectTimeot: 5 }));
  expect(message).toContain('eventSource: missing');
  expect(message).toContain('connectTimeot: unknown key, did you mean connectTimeout?');
});

test('eventsDiff compares the two tables of its own file', async () => {
  const config = await loadDiff({ events1Params: SOURCE, events2Params: DESTINATION, maxDiffs: 7 });
  expect(config.left.databaseName).toBe('source');
  expect(config.rights.map((right) => right.databaseName)).toEqual(['replica']);
  expect(config).toMatchObject({
    maxEventsPerRead: 50_000,
    maxDiffs: 7,
    connectTimeoutMs: 15_000,
    warnings: [],
  });
});

test('eventsDiff compares the source of a replicator’s file with every destination', async () => {
  const second = { host: 'db3', databaseName: 'replica' };
  const config = await loadDiff({ ...MINIMAL, replicationDestinations: [DESTINATION, second] });
  expect(config.left.host).toBe('db1');
  expect(config.rights.map((right) => right.host)).toEqual(['db2', 'db3']);
  expect(config.maxDiffs).toBeUndefined();
});

test.each([null, '', false])('maxDiffs: %j is no limit', async (maxDiffs) => {
  expect((await loadDiff({ ...MINIMAL, maxDiffs })).maxDiffs).toBeUndefined();
});

test('a maxDiffs of any size is taken', async () => {
  expect((await loadDiff({ ...MINIMAL, maxDiffs: 1e300 })).maxDiffs).toBe(Number.MAX_SAFE_INTEGER);
});

test('its own tables come before a replicator’s in one file for both', async () => {
  const config = await loadDiff({ ...MINIMAL, events1Params: DESTINATION, events2Params: SOURCE });
  expect(config.left.databaseName).toBe('replica');
});

test('a maxEventsPerRead that is too small is raised, and the log can say so', async () => {
  const config = await loadDiff({ ...MINIMAL, maxEventsPerRead: 10 });
  expect(config.maxEventsPerRead).toBe(50_000);
  expect(config.warnings).toEqual(['maxEventsPerRead: 10 is below the minimum and was raised to 50000']);
});

test.each([
  [{ events1Params: SOURCE }, 'events2Params: missing, expected an object'],
  [{ events2Params: SOURCE }, 'events1Params: missing, expected an object'],
  [{}, 'eventSource: missing, expected an object'],
  [{ ...MINIMAL, maxDiffs: 0 }, 'maxDiffs: expected at least 1, found 0'],
  [{ ...MINIMAL, maxDiffs: '5' }, "maxDiffs: expected a number, found '5'"],
  [
    { events1Params: SOURCE, events2Params: { ...SOURCE, port: 5432 } },
    'events2Params: is the same database as events1Params (db1:5432/source)',
  ],
])('eventsDiff refuses %j', async (config, mistake) => {
  expect((await refusal(loadDiff(config))).message).toContain(mistake);
});
