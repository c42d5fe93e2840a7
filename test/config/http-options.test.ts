import { expect, test } from 'vitest';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import { ConfigFolder, MINIMAL, refusal } from '../support/config/config-folder.js';

const DEFAULTS = { host: '127.0.0.1', stallSeconds: 300, stallEvents: 1_000 };

async function load(http: unknown) {
  using folder = new ConfigFolder();
  return (await loadReplicatorConfig(folder.writeConfig({ ...MINIMAL, http }))).http;
}

async function mistakes(http: unknown): Promise<string[]> {
  const { message } = await refusal(load(http));
  return message.split('\n  ').slice(1);
}

test.each([undefined, null, '', {}, { host: '::1' }, { port: '' }])(
  'nothing is served without a port: http is %j',
  async (http) => {
    expect(await load(http)).toBeUndefined();
  },
);

test.each([0, 1, 65_535, '8080'])('port %j is enough', async (port) => {
  expect(await load({ port })).toEqual({ ...DEFAULTS, port: Number(port) });
});

test('what the file says is taken', async () => {
  const http = { port: 1, host: 'localhost', stallSeconds: 10, stallEvents: 0 };
  expect(await load(http)).toEqual(http);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['db_1.example-site.org', 'db_1.example-site.org'],
  ['::1', '::1'],
  ['[::1]', '::1'],
])('it may be served at %s', async (host, taken) => {
  expect(await load({ port: 1, host })).toMatchObject({ host: taken });
});

test.each(['db1:80', 'a b', '[::1]:80', 'x[::1]', '[::1]x', 'a[b]', 'http://db1'])(
  'it cannot be served at %s',
  async (host) => {
    const [mistake, ...others] = await mistakes({ port: 1, host });
    expect(mistake).toContain('http.host: expected a name or an address, without a port');
    expect(others).toEqual([]);
  },
);

test.each([
  [{ port: -1 }, 'http.port: expected at least 0, found -1'],
  [{ port: 65_536 }, 'http.port: expected at most 65535, found 65536'],
  [{ port: 1, stallSeconds: 9 }, 'http.stallSeconds: expected at least 10, found 9'],
  [{ port: 1, stallEvents: -1 }, 'http.stallEvents: expected at least 0, found -1'],
  [{ port: 1, stallEvent: 1 }, 'http.stallEvent: unknown key, did you mean stallEvents?'],
  [{ port: 1, ssl: true }, 'http.ssl: unknown key'],
  [8080, 'http: expected an object, found 8080'],
])('%j is refused', async (http, mistake) => {
  expect(await mistakes(http)).toEqual([mistake]);
});
