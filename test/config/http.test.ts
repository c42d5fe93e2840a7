import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HttpConfig } from '../../src/config/http-options.js';
import { loadReplicatorConfig } from '../../src/config/replicator-config.js';
import { ConfigFolder, refusal } from '../support/config/config-folder.js';

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

async function load(http?: unknown): Promise<HttpConfig | undefined> {
  const database = (databaseName: string) => ({ host: 'db1', databaseName });
  const config = { eventSource: database('source'), replicationDestinations: [database('replica')], http };
  return (await loadReplicatorConfig(folder.writeConfig(config))).http;
}

test.each([undefined, null, '', {}, { port: null }, { port: '' }, { host: '0.0.0.0' }])(
  'nothing is served without a port: %j',
  async (http) => {
    expect(await load(http)).toBeUndefined();
  },
);

test('a port is enough: 127.0.0.1, and a stall is five minutes and a thousand events', async () => {
  const defaults = { host: '127.0.0.1', stallSeconds: 300, stallEvents: 1_000 };
  expect(await load({ port: 9464 })).toEqual({ port: 9464, ...defaults });
  expect(await load({ port: '9464' })).toEqual({ port: 9464, ...defaults });
  expect(await load({ port: 0, host: '[::1]' })).toEqual({ port: 0, ...defaults, host: '::1' });
});

test.each([
  [9464, 'http: expected an object, found 9464'],
  [{ port: 70_000 }, 'http.port: expected at most 65535, found 70000'],
  [{ port: -1 }, 'http.port: expected at least 0, found -1'],
  [{ port: 9464, host: 'here:80' }, 'http.host: expected a name or an address, without a port'],
  [{ port: 9464, host: 'http://here/' }, 'http.host: expected a name or an address, without a port'],
  [{ port: 9464, stallSeconds: 1 }, 'http.stallSeconds: expected at least 10, found 1'],
  [{ port: 9464, stallEvents: -1 }, 'http.stallEvents: expected at least 0, found -1'],
  [{ prot: 9464 }, 'http.prot: unknown key, did you mean port?'],
])('a mistake is told: %j', async (http, mistake) => {
  expect((await refusal(load(http))).message).toContain(mistake);
});
