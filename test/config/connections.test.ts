import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadLoaderConfig } from '../../src/config/loader-config.js';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { ConfigFolder, refusal } from '../support/config/config-folder.js';

async function load(connection: object): Promise<ConnectionParams> {
  using folder = new ConfigFolder();
  const config = await loadLoaderConfig(
    folder.writeConfig({ eventSource: { host: 'db1', databaseName: 'source', ...connection } }),
  );
  return config.eventSource;
}

async function mistakes(connection: object): Promise<string[]> {
  const { message } = await refusal(load(connection));
  return message.split('\n  eventSource').slice(1);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('host', () => {
  test.each([
    ['db1', { host: 'db1', port: 5432 }],
    ['db_1.example.org:5433', { host: 'db_1.example.org', port: 5433 }],
    ['10.0.0.1:6000', { host: '10.0.0.1', port: 6000 }],
    ['::1', { host: '::1', port: 5432 }],
    ['fe80::1', { host: 'fe80::1', port: 5432 }],
    ['[::1]', { host: '::1', port: 5432 }],
    ['[::1]:5433', { host: '::1', port: 5433 }],
    ['/var/run/postgresql', { host: '/var/run/postgresql', port: 5432 }],
  ])('%s', async (host, params) => {
    expect(await load({ host })).toMatchObject(params);
  });

  test.each([
    '',
    ' ',
    'db1:',
    'db1:0',
    'db1:65536',
    'db1:x',
    'db1/source',
    '[db1]',
    '[::1',
    'a b',
    'db1,db2',
    ':5432',
  ])("'%s' is none", async (host) => {
    const [mistake, ...others] = await mistakes({ host });
    expect(mistake).toContain(".host: expected 'name', 'name:port', an address or a socket's folder, found");
    expect(others).toEqual([]);
  });
});

test.each(['me@db1', 'me:hunter2@db1', 'me:hunter2@db1:5433'])(
  "a user in host '%s' is refused, with what to write",
  async (host) => {
    expect(await mistakes({ host })).toEqual([
      '.host: must not hold a user or a password; write them as user and password instead',
    ]);
  },
);

test('a URL as host is refused, with what to write', async () => {
  expect(await mistakes({ host: 'postgres://me:hunter2@db1/source' })).toEqual([
    '.host: must not be a URL; write its parts as host, port, databaseName, user and password instead',
  ]);
});

describe('port', () => {
  test('may stand beside the host', async () => {
    expect(await load({ port: 5433 })).toMatchObject({ host: 'db1', port: 5433 });
  });

  test('may be said twice, but not differently', async () => {
    expect(await load({ host: 'db1:5433', port: 5433 })).toMatchObject({ port: 5433 });
    expect(await mistakes({ host: 'db1:5433', port: 5434 })).toEqual([
      '.port: 5434 contradicts the port 5433 in host',
    ]);
  });

  test('comes from PGPORT where the file has none', async () => {
    vi.stubEnv('PGPORT', '6543');
    expect((await load({})).port).toBe(6543);
    expect((await load({ host: 'db1:5433' })).port).toBe(5433);
  });

  test.each(['0', '-1', '65536', '5432.5', 'postgres', ''])('is 5432 where PGPORT is %j', async (port) => {
    vi.stubEnv('PGPORT', port);
    expect((await load({})).port).toBe(5432);
  });

  test.each(['1', '65535'])('may be %s', async (port) => {
    vi.stubEnv('PGPORT', port);
    expect((await load({})).port).toBe(Number(port));
    vi.stubEnv('PGPORT', undefined);
    expect((await load({ port })).port).toBe(Number(port));
    expect((await load({ host: `db1:${port}` })).port).toBe(Number(port));
  });

  test('may be a text, as a script has it from the environment', async () => {
    expect(await load({ port: '5433' })).toMatchObject({ host: 'db1', port: 5433 });
  });

  test.each([
    [0, 'expected at least 1, found 0'],
    [-1, 'expected at least 1, found -1'],
    [65_536, 'expected at most 65535, found 65536'],
    [5432.5, 'expected a whole number, found 5432.5'],
    ['65536', "expected at most 65535, found '65536'"],
    ['5432x', "expected a number, found '5432x'"],
    [' 5432', "expected a number, found ' 5432'"],
    ['5e3', "expected a number, found '5e3'"],
    [[5432], 'expected a number, found an array'],
  ])('%j is none', async (port, mistake) => {
    expect(await mistakes({ port })).toEqual([`.port: ${mistake}`]);
  });

  test('that contradicts the host is told beside other mistakes', async () => {
    expect(await mistakes({ host: 'db1:5433', port: 5434, databaseName: 5 })).toEqual([
      '.databaseName: expected a string, found 5',
      '.port: 5434 contradicts the port 5433 in host',
    ]);
  });
});

describe('passwordFile', () => {
  test.each([
    ['s3cret', 's3cret'],
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    [' s3cret \n\n', ' s3cret \n'],
  ])('%j holds the password %j', async (text, password) => {
    using folder = new ConfigFolder();
    expect(await load({ passwordFile: folder.write('password', text) })).toMatchObject({ password });
  });

  test('is looked for beside the configuration file', async () => {
    using folder = new ConfigFolder();
    folder.write('secrets/password', 's3cret\n');
    const connection = { host: 'db1', databaseName: 'source', passwordFile: 'secrets/password' };
    const config = await loadLoaderConfig(folder.writeConfig({ eventSource: connection }));
    expect(config.eventSource).toMatchObject({ password: 's3cret' });
    expect(config.eventSource).not.toHaveProperty('passwordFile');
  });

  test('that is not there, is empty, or stands beside a password is refused', async () => {
    using folder = new ConfigFolder();
    const empty = folder.write('empty', '\n');
    expect(await mistakes({ passwordFile: `${folder.path}/none` })).toEqual([
      `.passwordFile: cannot read ${folder.path}/none: there is no such file`,
    ]);
    expect(await mistakes({ passwordFile: folder.path })).toEqual([
      `.passwordFile: cannot read ${folder.path}: it is a folder`,
    ]);
    expect(await mistakes({ passwordFile: empty })).toEqual([`.passwordFile: ${empty} is empty`]);
    expect(await mistakes({ password: 'a', passwordFile: folder.write('file', 'b') })).toEqual([
      '.passwordFile: give either password or passwordFile, not both',
    ]);
  });
});

describe('a password in place of passwordFile', () => {
  const NOT_SHOWN =
    '.passwordFile: this is not the name of a file (not shown, because it may be the password itself)';

  test.each([
    'hunter2',
    'hunter two/three',
    'hunter2/three four',
    '!hunter2/three',
    'hunter2/three!',
    'äö/x',
  ])('is not shown: %s', async (passwordFile) => {
    expect(await mistakes({ passwordFile })).toEqual([NOT_SHOWN]);
  });

  test.each(['secrets/none', './none', '../none', 'none.txt', '~/none', 'C:\\none', 'a-b/none'])(
    'is not what looks like a path: %s',
    async (passwordFile) => {
      const [mistake, ...others] = await mistakes({ passwordFile });
      expect(mistake).toMatch(/: there is no such file$/);
      expect(others).toEqual([]);
    },
  );

  test('is not shown where it is no text', async () => {
    expect(await mistakes({ passwordFile: 12_345 })).toEqual([
      '.passwordFile: expected a string, found a number (not shown)',
    ]);
  });
});

test('the other fields are strings, and databaseName is not empty', async () => {
  const connection = { databaseName: '', user: {}, name: 5, password: ['hunter2'], passwordfile: 'x' };
  expect(new Set(await mistakes(connection))).toEqual(
    new Set([
      ".databaseName: expected a string that is not empty, found ''",
      '.user: expected a string, found an object',
      '.name: expected a string, found 5',
      '.password: expected a string or a function, found an array',
      '.passwordfile: unknown key, did you mean passwordFile?',
    ]),
  );
});

describe('name', () => {
  test.each(['berlin', 'the shop', 'K\u00f6ln', '\u6771\u4eac', '\u{1f984}', 'it\'s 100% "x"', '5'])(
    'may be %s',
    async (name) => {
      expect(await load({ name })).toMatchObject({ name });
    },
  );

  test.each([
    ['a\nb', 'must not hold control or invisible characters'],
    ['\u001b[31mred', 'must not hold control or invisible characters'],
    ['a\u202eb', 'must not hold control or invisible characters'],
    ['a\u0000b', 'must not hold control or invisible characters'],
    ['a\ud800', 'must not hold control or invisible characters'],
    [' a', 'must not begin or end with a space'],
    [' ', 'must not begin or end with a space'],
    ['x'.repeat(101), 'expected at most 100 characters'],
  ])('may not be %j', async (name, problem) => {
    expect(await mistakes({ name })).toEqual([expect.stringContaining(`.name: ${problem}, found `)]);
  });
});

test.each([null, ''])('an optional field that is %j is not given', async (nothing) => {
  const fields = ['port', 'user', 'password', 'passwordFile', 'pooler', 'ssl', 'name'];
  const empty = Object.fromEntries(fields.map((field) => [field, nothing]));
  expect(await load(empty)).toEqual(await load({}));
});

test('ssl: false switches it off, and ssl: true is asked for what it means', async () => {
  expect(await load({ ssl: false })).toMatchObject({ tls: { mode: 'disable' } });
  expect(await mistakes({ ssl: true })).toEqual([
    ".ssl: true does not say whether to verify the certificate; write 'require' or 'verify-full' instead",
  ]);
});

test.each([
  ['db?ssl=false', "databaseName: 'db' and ssl: 'disable'"],
  ['db?ssl=0&application_name=x', "databaseName: 'db' and ssl: 'disable'"],
  ['my db?application_name=x&ssl=true', "databaseName: 'my db' and ssl: 'require'"],
  ['db?application_name=x', "databaseName: 'db'"],
  ['db?ssl=1', "databaseName: 'db' and ssl: 'require'"],
  ['db?ssl=10', "databaseName: 'db' and ssl: 'disable'"],
  ['db?ssl=untrue', "databaseName: 'db' and ssl: 'disable'"],
])(
  'the options of a URL in databaseName %j are refused, with what to write',
  async (databaseName, instead) => {
    expect(await mistakes({ databaseName })).toEqual([
      `.databaseName: must not hold the options of a URL; write ${instead} instead`,
    ]);
  },
);

test('a URL as databaseName is refused for what it is, whatever options it has', async () => {
  expect(await mistakes({ databaseName: 'postgres://me:hunter2@db1/source?ssl=true' })).toEqual([
    '.databaseName: expected the name of a database, not a URL, found a string (not shown)',
  ]);
});

test.each(['what?', 'what? who?=me', 'a?b?c=1', '2a://x'])(
  'a database may have the name %j',
  async (databaseName) => {
    expect(await load({ databaseName })).toMatchObject({ databaseName });
  },
);

test('a role whose name is a number may be written as one', async () => {
  expect(await load({ user: 1234 })).toMatchObject({ user: '1234' });
});

test('a pooler is declared by the one mode in which it does no harm', async () => {
  expect(await load({ pooler: 'session' })).toMatchObject({ pooler: 'session' });
  expect(await mistakes({ pooler: 'transaction' })).toEqual([
    ".pooler: expected 'session', found 'transaction'",
  ]);
});

test.each([0, false])('user and password that are %j are not given, as in version 0.1.4', async (nothing) => {
  expect(await load({ user: nothing, password: nothing })).toEqual(await load({}));
});

test('a name may have 100 characters, whatever bytes they take', async () => {
  expect(await load({ name: 'ö'.repeat(100) })).toMatchObject({ name: 'ö'.repeat(100) });
  expect(await mistakes({ name: 'ö'.repeat(101) })).toHaveLength(1);
});

test('a NUL character, which would cut a text short on its way, is refused', async () => {
  expect(await mistakes({ user: 'a\0b', password: 'hunter\0two' })).toEqual([
    ".user: must not hold a NUL character, found 'a\\x00b'",
    '.password: must not hold a NUL character, found a string (not shown)',
  ]);
});

test('only a destination can be told to notify', async () => {
  using folder = new ConfigFolder();
  const source = { host: 'db1', databaseName: 'source' };
  const destination = { host: 'db2', databaseName: 'replica', notifyDestination: true };
  const config = { eventSource: source, replicationDestinations: [destination] };
  const { replicationDestinations } = await loadReplicatorConfig(folder.writeConfig(config));
  expect(replicationDestinations).toMatchObject([{ notifyDestination: true }]);
  expect(await mistakes({ notifyDestination: true })).toEqual([
    '.notifyDestination: belongs to a destination: a source notifies by its trigger',
  ]);
  expect(await mistakes({ notifyDestination: 'yes' })).toEqual([
    ".notifyDestination: expected true or false, found 'yes'",
  ]);
});

test('a source cannot be paused', async () => {
  expect(await mistakes({ paused: true })).toEqual(['.paused: belongs to a destination']);
  expect((await load({ paused: false })).paused).toBeUndefined();
});
