import { isMainThread } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadLoaderConfig } from '../../src/config/loader-config.js';
import type { TlsParams } from '../../src/pg/connection-params.js';
import { ConfigFolder, refusal } from '../support/config/config-folder.js';
import { createAuthority } from '../support/network/certificates.js';

const authority = createAuthority('test authority');
const client = authority.issue({ commonName: 'client' });
let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
  vi.stubEnv('HOME', folder.path);
  folder.write('root.crt', authority.certificate);
  folder.write('client.crt', client.certificate);
  folder.write('client.key', client.key);
});

afterEach(() => {
  vi.unstubAllEnvs();
  folder[Symbol.dispose]();
});

async function load(ssl?: unknown): Promise<TlsParams | undefined> {
  const config = await loadLoaderConfig(
    folder.writeConfig({ eventSource: { host: 'db1', databaseName: 'source', ssl } }),
  );
  return config.eventSource.tls;
}

async function mistakes(ssl?: unknown): Promise<string[]> {
  const { message } = await refusal(load(ssl));
  return message.split('\n  eventSource.').slice(1);
}

test('without a word about it, libpq’s default holds: prefer', async () => {
  expect(await load()).toEqual({ mode: 'prefer' });
});

test.each(['disable', 'prefer', 'require'])('%s needs no certificate', async (mode) => {
  expect(await load(mode)).toEqual({ mode });
  expect(await load({ mode })).toEqual({ mode });
});

test.each(['verify-ca', 'verify-full'])('%s needs a root certificate', async (mode) => {
  const message = `${mode} needs a root certificate: a file, or 'system' for the authorities that Node trusts`;
  expect(await mistakes(mode)).toEqual([`ssl.rootCertificate: ${message}`]);
  expect(await load({ mode, rootCertificate: 'root.crt' })).toEqual({
    mode,
    rootCertificate: authority.certificate,
  });
});

test('require with a root certificate verifies it, as in libpq', async () => {
  expect(await load({ mode: 'require', rootCertificate: 'root.crt' })).toMatchObject({ mode: 'verify-ca' });
});

test('a client certificate comes with its key', async () => {
  const { certificate, key } = client;
  const files = { certificate: 'client.crt', key: 'client.key' };
  expect(await load({ mode: 'require', ...files })).toEqual({ mode: 'require', certificate, key });
  expect(await mistakes({ mode: 'require', certificate: 'client.crt' })).toEqual([
    'ssl.key: a certificate needs its key',
  ]);
  expect(await mistakes({ mode: 'require', key: 'client.key' })).toEqual([
    'ssl.certificate: a key needs its certificate',
  ]);
});

test('the authorities that Node trusts are for verify-full only', async () => {
  expect(await load({ mode: 'verify-full', rootCertificate: 'system' })).toMatchObject({
    rootCertificate: 'system',
  });
  expect(await mistakes({ mode: 'verify-ca', rootCertificate: 'system' })).toHaveLength(1);
  expect(await mistakes({ mode: 'require', rootCertificate: 'system' })).toHaveLength(1);
});

test.each([
  ['always', "ssl: expected 'disable', 'prefer', 'require', 'verify-ca' or 'verify-full', found 'always'"],
  [1, "ssl: expected 'disable', 'prefer', 'require', 'verify-ca' or 'verify-full', found 1"],
  [{}, "ssl.mode: missing, expected 'disable', 'prefer', 'require', 'verify-ca' or 'verify-full'"],
  [{ mode: 'require', rootcert: 'x' }, 'ssl.rootcert: unknown key, did you mean rootCertificate?'],
  [{ mode: 'require', cipherList: 'x' }, 'ssl.cipherList: unknown key'],
  [[], "ssl: expected 'disable', 'prefer', 'require', 'verify-ca' or 'verify-full', found an empty array"],
  [{ mode: 'require', key: 5 }, 'ssl.key: expected a string, found 5'],
])('ssl: %j is refused', async (ssl, mistake) => {
  expect(await mistakes(ssl)).toEqual([mistake]);
});

test('an object is told all that is wrong inside it', async () => {
  expect(new Set(await mistakes({ rootcert: 'x' }))).toEqual(
    new Set([
      "ssl.mode: missing, expected 'disable', 'prefer', 'require', 'verify-ca' or 'verify-full'",
      'ssl.rootcert: unknown key, did you mean rootCertificate?',
    ]),
  );
});

test('files that are missing or hold something else are named, all at once', async () => {
  const ssl = {
    mode: 'verify-full',
    rootCertificate: 'none.crt',
    certificate: 'client.key',
    key: 'root.crt',
  };
  expect(await mistakes(ssl)).toEqual([
    `ssl.rootCertificate: cannot read ${folder.path}/none.crt: there is no such file`,
    `ssl.certificate: ${folder.path}/client.key holds no certificate in PEM format`,
    `ssl.key: ${folder.path}/root.crt holds no private key in PEM format, without a passphrase`,
  ]);
});

test('a key of another certificate is refused', async () => {
  folder.write('other.key', authority.issue({ commonName: 'other' }).key);
  expect(await mistakes({ mode: 'require', certificate: 'client.crt', key: 'other.key' })).toEqual([
    'ssl.key: is not the key of the certificate',
  ]);
});

test('libpq’s environment variables are respected, and the file comes first', async () => {
  vi.stubEnv('PGSSLMODE', 'verify-full');
  vi.stubEnv('PGSSLROOTCERT', `${folder.path}/root.crt`);
  vi.stubEnv('PGSSLCERT', `${folder.path}/client.crt`);
  vi.stubEnv('PGSSLKEY', `${folder.path}/client.key`);
  const { certificate, key } = client;
  expect(await load()).toEqual({
    mode: 'verify-full',
    rootCertificate: authority.certificate,
    certificate,
    key,
  });
  expect(await load('disable')).toEqual({ mode: 'disable' });
});

test('libpq’s folder is respected', async ({ skip }) => {
  skip(!isMainThread, 'A thread cannot choose the home folder of its process.');
  folder.write('.postgresql/root.crt', authority.certificate);
  expect(await load('verify-full')).toMatchObject({ rootCertificate: authority.certificate });
});

test('a PGSSLMODE that is none is refused', async () => {
  vi.stubEnv('PGSSLMODE', 'always');
  expect(await mistakes()).toEqual([
    "ssl.mode: PGSSLMODE is 'always', expected one of disable, prefer, require, verify-ca, verify-full",
  ]);
});
