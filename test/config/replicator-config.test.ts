import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { OPTIONS } from '../../src/config/options.js';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import { ConfigFolder, DESTINATION, MINIMAL, refusal, SOURCE } from '../support/config/config-folder.js';

async function load(config: unknown) {
  using folder = new ConfigFolder();
  return await loadReplicatorConfig(folder.writeConfig(config));
}

/** The mistakes that are listed, one a line. */
async function mistakes(config: unknown): Promise<string[]> {
  const { message } = await refusal(load(config));
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

test('a file with a source and a destination gets the documented defaults', async () => {
  const { eventSource, replicationDestinations, ...rest } = await load(MINIMAL);
  expect(eventSource).toMatchObject({ host: 'db1', port: 5432, databaseName: 'source' });
  expect(replicationDestinations).toHaveLength(1);
  expect(rest).toEqual({
    maxEventsPerWrite: 10_000,
    connectTimeoutMs: 15_000,
    logIntervalMs: 10_000,
    pollIntervalMs: 30_000,
    standbyPollIntervalMs: 1_000,
    heartbeatIntervalMs: 4_000,
    onError: 'exit',
    lanes: 2,
    threads: Math.min(Math.max(availableParallelism() - 1, 1), 4),
    memoryBudgetBytes: 64 * 1024 * 1024,
    synchronousCommit: 'off',
    deferIndexes: false,
    warnings: [],
  });
});

test('what the file says is taken', async () => {
  const given = { maxEventsPerWrite: 20_000, onError: 'retry', lanes: 16, threads: 1, deferIndexes: true };
  expect(
    await load({ ...MINIMAL, ...given, memoryBudgetMb: 16, synchronousCommit: 'remote_apply' }),
  ).toMatchObject({
    ...given,
    memoryBudgetBytes: 16 * 1024 * 1024,
    synchronousCommit: 'remote_apply',
  });
});

test('a poll interval that the file gives holds for a standby, too', async () => {
  expect(await load({ ...MINIMAL, pollInterval: 7_000 })).toMatchObject({
    pollIntervalMs: 7_000,
    standbyPollIntervalMs: 7_000,
  });
});

test('times and limits are taken as the file gives them', async () => {
  const times = { connectTimeout: 1, logInterval: 2, heartbeatInterval: 2_147_483_647 };
  expect(await load({ ...MINIMAL, ...times, maxEventsPerWrite: 1e300 })).toMatchObject({
    connectTimeoutMs: 1,
    logIntervalMs: 2,
    heartbeatIntervalMs: 2_147_483_647,
    maxEventsPerWrite: Number.MAX_SAFE_INTEGER,
  });
});

test.each([9_999, 1, -1])(
  'maxEventsPerWrite %d is raised to 10000, and the log can say so',
  async (value) => {
    const { maxEventsPerWrite, warnings } = await load({ ...MINIMAL, maxEventsPerWrite: value });
    expect(maxEventsPerWrite).toBe(10_000);
    expect(warnings).toEqual([`maxEventsPerWrite: ${value} is below the minimum and was raised to 10000`]);
  },
);

test.each([10_000, 0, false, Number.NaN])(
  'maxEventsPerWrite %d is not raised, for it is the minimum or not given',
  async (value) => {
    using folder = new ConfigFolder();
    const text = `module.exports = ${JSON.stringify(MINIMAL).replace('}', `}, maxEventsPerWrite: ${value}`)}`;
    const config = await loadReplicatorConfig(folder.write('config.cjs', text));
    expect(config).toMatchObject({ maxEventsPerWrite: 10_000, warnings: [] });
  },
);

test('keys of other commands are no mistakes, whatever they hold', async () => {
  const others = { maxEventsPerRead: 'x', maxDiffs: -1, events1Params: SOURCE, events2Params: null };
  expect(await load({ ...MINIMAL, ...others })).not.toHaveProperty('maxDiffs');
});

test.each([
  ['maxEventsPerWrite', '10000', "expected a number, found '10000'"],
  ['maxEventsPerWrite', 10_000.5, 'expected a whole number, found 10000.5'],
  ['connectTimeout', -1, 'expected at least 1, found -1'],
  ['connectTimeout', 2_147_483_648, 'expected at most 2147483647, found 2147483648'],
  ['lanes', 17, 'expected at most 16, found 17'],
  ['lanes', 1e20, 'expected at most 16, found 100000000000000000000'],
  ['lanes', false, 'expected a number, found false'],
  ['threads', [], 'expected a number, found an empty array'],
  ['memoryBudgetMb', 15, 'expected at least 16, found 15'],
  ['onError', 'stop', "expected 'exit' or 'retry', found 'stop'"],
  [
    'synchronousCommit',
    false,
    "expected 'off', 'local', 'remote_write', 'on' or 'remote_apply', found false",
  ],
  ['deferIndexes', 'yes', "expected true or false, found 'yes'"],
  ['eventSource', 'postgres://me:hunter2@db1/source', 'expected an object, found a string (not shown)'],
  ['replicationDestinations', DESTINATION, 'expected an array, found an object'],
  ['replicationDestinations', [], 'expected at least 1 entry, found an empty array'],
])('%s: %j is refused', async (key, value, mistake) => {
  expect(await mistakes({ ...MINIMAL, [key]: value })).toEqual([`${key}: ${mistake}`]);
});

test('every mistake is listed at once, each with its path and what was found', async () => {
  const config = {
    lane: 4,
    lanes: 'four',
    eventSource: { databaseName: 5, port: 70_000, usr: 'me' },
    replicationDestinations: [
      DESTINATION,
      { host: 5, databaseName: 'a' },
      null,
      { ...DESTINATION, host: 'DB2' },
    ],
  };
  expect(new Set(await mistakes(config))).toEqual(
    new Set([
      'eventSource.databaseName: expected a string, found 5',
      'eventSource.host: missing, expected a string',
      'eventSource.port: expected at most 65535, found 70000',
      'eventSource.usr: unknown key, did you mean user?',
      'lane: unknown key, did you mean lanes?',
      "lanes: expected a number, found 'four'",
      'replicationDestinations[1].host: expected a string, found 5',
      'replicationDestinations[2]: expected an object, found null',
      'replicationDestinations[3]: is the same database as replicationDestinations[0] (db2:5432/replica)',
    ]),
  );
});

test('a name that two databases have is refused: nobody could tell whom a record is about', async () => {
  const [source, a, b] = ['source', 'a', 'b'].map((databaseName) => ({
    host: 'db1',
    databaseName,
    name: 'x',
  }));
  expect(await mistakes({ eventSource: source, replicationDestinations: [a, b] })).toEqual([
    'replicationDestinations[0].name: eventSource has the same name ("x")',
    'replicationDestinations[1].name: eventSource has the same name ("x")',
  ]);
});

test('letters with accents are the same however they are composed', async () => {
  const [eventSource, ...replicationDestinations] = ['source', 'a', 'b'].map((databaseName) => ({
    host: 'db1',
    databaseName,
    ...(databaseName === 'source' ? {} : { name: databaseName === 'a' ? 'K\u00f6ln' : 'Ko\u0308ln' }),
  }));
  expect(await mistakes({ eventSource, replicationDestinations })).toEqual([
    'replicationDestinations[1].name: replicationDestinations[0] has the same name ("K\u00f6ln")',
  ]);
});

test('a name that is the place of another database is refused, its own place is not', async () => {
  const eventSource = { host: 'db1', databaseName: 'source', name: 'DB2:5432/a' };
  const replicationDestinations = [
    { host: 'db2', databaseName: 'a' },
    { host: 'db2:5433', databaseName: 'b', name: 'db2:5433/b' },
  ];
  expect(await mistakes({ eventSource, replicationDestinations })).toEqual([
    'eventSource.name: "DB2:5432/a" is where replicationDestinations[0] is; choose another name',
  ]);
});

test('an empty name is none, which two databases may have', async () => {
  const [source, a] = ['source', 'a'].map((databaseName) => ({ host: 'db1', databaseName, name: '' }));
  expect(
    (await load({ eventSource: source, replicationDestinations: [a] })).eventSource.name,
  ).toBeUndefined();
});

test('a database that is named three times is told where it is named first', async () => {
  expect(await mistakes({ eventSource: SOURCE, replicationDestinations: [SOURCE, SOURCE] })).toEqual([
    'replicationDestinations[0]: is the same database as eventSource (db1:5432/source)',
    'replicationDestinations[1]: is the same database as eventSource (db1:5432/source)',
  ]);
});

test('a password of any destination is not shown, even if it is no text', async () => {
  const replicationDestinations = [DESTINATION, { host: 'db3', databaseName: 'a', password: { hunter: 2 } }];
  expect(await mistakes({ ...MINIMAL, replicationDestinations })).toEqual([
    'replicationDestinations[1].password: expected a string or a function, found an object',
  ]);
  const numbers = [DESTINATION, { host: 'db3', databaseName: 'a', password: 12_345 }];
  expect(await mistakes({ ...MINIMAL, replicationDestinations: numbers })).toEqual([
    'replicationDestinations[1].password: expected a string or a function, found a number (not shown)',
  ]);
});

test('an empty file lists what it lacks', async () => {
  expect(await mistakes({})).toEqual([
    'eventSource: missing, expected an object',
    'replicationDestinations: missing, expected an array',
  ]);
});

test.each([
  ['maxEventPerWrite', 'maxEventsPerWrite'],
  ['replicationDestination', 'replicationDestinations'],
  ['conectTimeout', 'connectTimeout'],
  ['EventSource', 'eventSource'],
])('the unknown key %s is answered with %s', async (key, meant) => {
  expect(await mistakes({ ...MINIMAL, [key]: 1 })).toEqual([`${key}: unknown key, did you mean ${meant}?`]);
});

test.each([
  ['max_events_per_write', 'maxEventsPerWrite'],
  ['logintreval', 'logInterval'],
])('an unknown key %s that is spelt in another way is answered with %s', async (key, meant) => {
  expect(await mistakes({ ...MINIMAL, [key]: 1 })).toEqual([`${key}: unknown key, did you mean ${meant}?`]);
});

test.each([
  ['zzz', 'zzz: unknown key, ignored'],
  ['connectionTimeout', 'connectionTimeout: unknown key, ignored; did you mean connectTimeout?'],
])('any other unknown key %s is ignored with a warning', async (key, warning) => {
  expect((await load({ ...MINIMAL, [key]: 1 })).warnings).toEqual([warning]);
});

test('an unknown key of many connections is one warning', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((databaseName) => ({ host: 'db1', databaseName, team: 'x' }));
  const config = { eventSource: a, replicationDestinations: [b, c], team: 'y' };
  expect((await load(config)).warnings).toEqual([
    'team: unknown key, ignored',
    'eventSource.team: unknown key, ignored here and in 2 other connections',
  ]);
  const crew = { host: 'db1', databaseName: 'c', crew: 'z' };
  const { warnings } = await load({ eventSource: a, replicationDestinations: [{ ...b, crew: 'z' }, crew] });
  expect(warnings).toEqual([
    'eventSource.team: unknown key, ignored here and in 1 other connection',
    'replicationDestinations[0].crew: unknown key, ignored here and in 1 other connection',
  ]);
  expect((await load({ eventSource: a, replicationDestinations: [b] })).warnings).toEqual([
    'eventSource.team: unknown key, ignored here and in 1 other connection',
  ]);
});

test('an ignored key that resembles a known one is named beside what is missing', async () => {
  const eventSource = { host: 'db1', database: 'source', helper: 1 };
  expect(await mistakes({ ...MINIMAL, eventSource })).toEqual([
    'eventSource.databaseName: missing, expected a string',
    'eventSource.database: unknown key, ignored; did you mean databaseName?',
  ]);
});

test.each([null, ''])('an optional key that is %j is not given', async (nothing) => {
  const optional = Object.keys(OPTIONS).filter((key) => !(key in MINIMAL));
  const config = { ...MINIMAL, ...Object.fromEntries(optional.map((key) => [key, nothing])) };
  expect(await load(config)).toEqual(await load(MINIMAL));
});

test.each([
  [{ host: 'localhost' }, { host: '127.0.0.1' }],
  [{ host: 'localhost' }, { host: '::1', port: 5432 }],
  [{ host: 'LOCALHOST' }, { host: '[::1]:5432' }],
  [{ host: 'db1' }, { host: 'DB1' }],
  [{ host: 'db1:5433' }, { host: 'db1', port: 5433 }],
])('a destination %j is the source %j under another name', async (source, destination) => {
  const config = {
    eventSource: { ...source, databaseName: 'events' },
    replicationDestinations: [{ ...destination, databaseName: 'Events' }],
  };
  const [mistake, ...others] = await mistakes(config);
  expect(mistake).toContain('replicationDestinations[0]: is the same database as eventSource');
  expect(others).toEqual([]);
});

test.each([
  [
    { host: 'db1', databaseName: 'a' },
    { host: 'db1', databaseName: 'b' },
  ],
  [
    { host: 'db1', databaseName: 'a' },
    { host: 'db2', databaseName: 'a' },
  ],
  [
    { host: 'db1', databaseName: 'a' },
    { host: 'db1', port: 5433, databaseName: 'a' },
  ],
])('%j and %j are two databases', async (source, destination) => {
  const config = await load({ eventSource: source, replicationDestinations: [destination] });
  expect(config.replicationDestinations).toHaveLength(1);
});
