// @ts-nocheck
import { afterAll, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { loadLoaderConfig } from '../../src/config/loader-config.js';
import { connect } from '../../src/pg/connect.js';
import type { ConnectionParams, TlsParams } from '../../src/pg/connection-params.js';
import { ConfigFolder } from '../support/config/config-folder.js';
import { createAuthority } from '../support/network/certificates.js';
import {
  CERTIFIED_ROLE,
  PLAIN_ROLE,
  startPlainServer,
  startTlsServer,
} from '../support/network/tls-server.js';
import { connectTo } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';

const authority = createAuthority('the right authority');
const stranger = createAuthority('another authority');
const selfSigned = createAuthority('localhost');
const client = authority.issue({ commonName: CERTIFIED_ROLE });

let encrypting: PostgresServer;
let selfSigning: PostgresServer;
let plain: PostgresServer;

beforeAll(async () => {
  // The certificate names localhost: reached as 127.0.0.1, the server has the wrong name.
  const certificate = authority.issue({ commonName: 'localhost', hosts: ['localhost'] });
  [encrypting, selfSigning, plain] = await Promise.all([
    startTlsServer(certificate, authority.certificate),
    startTlsServer(selfSigned, authority.certificate),
    startPlainServer(),
  ]);
  await using admin = await connectTo(encrypting.params('postgres'));
  await admin.query(`CREATE ROLE ${CERTIFIED_ROLE} LOGIN`);
  await admin.query(`CREATE ROLE ${PLAIN_ROLE} LOGIN PASSWORD 'plain-password'`);
});

afterAll(async () => {
  await Promise.all([encrypting, selfSigning, plain].map((server) => server[Symbol.asyncDispose]()));
});

function paramsOf(
  server: PostgresServer,
  tls: TlsParams,
  more: Partial<ConnectionParams> = {},
): ConnectionParams {
  return { ...server.params('postgres'), tls, ...more };
}

interface Session {
  readonly ssl: boolean;
  readonly client_dn: string | null;
}

/** What the server says about the encryption of a session with these parameters. */
async function sessionOf(params: ConnectionParams): Promise<Session | undefined> {
  await using connection = await connect(params, { applicationName: 'slate-test', connectTimeoutMs: 15_000 });
  const rows = await connection.query<Session>(
    'SELECT ssl, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  );
  return rows[0];
}

/** The certificate names localhost. */
function needsServerHere({ skip }: TestContext): void {
  const isHere = ['localhost', '127.0.0.1'].includes(encrypting.host);
  skip(!isHere, 'The container engine is on another machine.');
}

const UNTRUSTED_HINT = /was not signed by ssl.rootCertificate/;

describe('disable', () => {
  test('sends plain text, also to a server that could encrypt', async () => {
    expect(await sessionOf(paramsOf(encrypting, { mode: 'disable' }))).toMatchObject({ ssl: false });
  });
});

describe('prefer', () => {
  test('encrypts where the server can', async () => {
    expect(await sessionOf(paramsOf(encrypting, { mode: 'prefer' }))).toMatchObject({ ssl: true });
    expect(await sessionOf(paramsOf(selfSigning, { mode: 'prefer' }))).toMatchObject({ ssl: true });
  });

  test('sends plain text where the server cannot encrypt', async () => {
    expect(await sessionOf(paramsOf(plain, { mode: 'prefer' }))).toMatchObject({ ssl: false });
  });

  test('sends plain text where the server wants nothing else', async () => {
    const role = { user: PLAIN_ROLE, password: 'plain-password' };
    expect(await sessionOf(paramsOf(encrypting, { mode: 'prefer' }, role))).toMatchObject({ ssl: false });
    await expect(sessionOf(paramsOf(encrypting, { mode: 'require' }, role))).rejects.toThrow(/28000/);
  });

  test('is what holds where nothing is said', async () => {
    expect(await sessionOf(encrypting.params('postgres'))).toMatchObject({ ssl: true });
    expect(await sessionOf(plain.params('postgres'))).toMatchObject({ ssl: false });
  });

  test('with a wrong password fails with what the server says', async () => {
    const params = paramsOf(encrypting, { mode: 'prefer' }, { password: 'wrong-password' });
    await expect(sessionOf(params)).rejects.toThrow(/28P01/);
  });
});

describe('require', () => {
  test('encrypts, whoever the server is', async () => {
    expect(await sessionOf(paramsOf(encrypting, { mode: 'require' }))).toMatchObject({ ssl: true });
    expect(await sessionOf(paramsOf(selfSigning, { mode: 'require' }))).toMatchObject({ ssl: true });
  });

  test('refuses a server that cannot encrypt, and says what to do', async () => {
    await expect(sessionOf(paramsOf(plain, { mode: 'require' }))).rejects.toMatchObject({
      message: expect.stringContaining('does not support SSL'),
      hint: expect.stringContaining('Turn TLS on'),
      exitCode: 1,
    });
  });
});

describe('verify-ca', () => {
  const tls = { mode: 'verify-ca', rootCertificate: authority.certificate } as const;

  test('accepts any name in a certificate of the right authority', async () => {
    expect(await sessionOf(paramsOf(encrypting, tls))).toMatchObject({ ssl: true });
  });

  test('refuses a certificate of another authority', async () => {
    const other = { ...tls, rootCertificate: stranger.certificate };
    await expect(sessionOf(paramsOf(encrypting, other))).rejects.toMatchObject({
      hint: expect.stringMatching(UNTRUSTED_HINT),
    });
  });

  test('refuses a self-signed certificate, but the one that it was given', async () => {
    await expect(sessionOf(paramsOf(selfSigning, tls))).rejects.toMatchObject({
      hint: expect.stringMatching(UNTRUSTED_HINT),
    });
    const pinned = { ...tls, rootCertificate: selfSigned.certificate };
    expect(await sessionOf(paramsOf(selfSigning, pinned))).toMatchObject({ ssl: true });
  });

  test('refuses a server that cannot encrypt', async () => {
    await expect(sessionOf(paramsOf(plain, tls))).rejects.toThrow(/does not support SSL/);
  });
});

describe('verify-full', () => {
  beforeEach(needsServerHere);

  const tls = { mode: 'verify-full', rootCertificate: authority.certificate } as const;

  test('accepts the name that the certificate is for', async () => {
    expect(await sessionOf(paramsOf(encrypting, tls, { host: 'localhost' }))).toMatchObject({ ssl: true });
  });

  test('refuses another name, and says what to do', async () => {
    await expect(sessionOf(paramsOf(encrypting, tls, { host: '127.0.0.1' }))).rejects.toMatchObject({
      message: expect.stringContaining('127.0.0.1'),
      hint: expect.stringContaining('Use a host that the certificate names'),
    });
  });

  test('refuses a certificate of another authority, also under the right name', async () => {
    const other = { ...tls, rootCertificate: stranger.certificate };
    const params = paramsOf(encrypting, other, { host: 'localhost' });
    await expect(sessionOf(params)).rejects.toMatchObject({ hint: expect.stringMatching(UNTRUSTED_HINT) });
  });

  test('refuses a server of a private authority where only the authorities of the system are trusted', async () => {
    const params = paramsOf(
      encrypting,
      { mode: 'verify-full', rootCertificate: 'system' },
      { host: 'localhost' },
    );
    await expect(sessionOf(params)).rejects.toMatchObject({ hint: expect.stringMatching(UNTRUSTED_HINT) });
  });
});

describe('a client certificate', () => {
  const tls = { mode: 'require', certificate: client.certificate, key: client.key } as const;
  const role = { user: CERTIFIED_ROLE };

  test('lets its role in without a password', async () => {
    expect(await sessionOf(paramsOf(encrypting, tls, role))).toEqual({
      ssl: true,
      client_dn: `/CN=${CERTIFIED_ROLE}`,
    });
  });

  test('is asked for by the server where it must be', async () => {
    await expect(sessionOf(paramsOf(encrypting, { mode: 'require' }, role))).rejects.toThrow(/certificate/);
  });

  test('of another authority does not let its role in', async () => {
    const forged = stranger.issue({ commonName: CERTIFIED_ROLE });
    await expect(sessionOf(paramsOf(encrypting, { mode: 'require', ...forged }, role))).rejects.toThrow();
  });
});

test('a configuration file with certificates beside it opens a verified connection', async (context) => {
  needsServerHere(context);
  using folder = new ConfigFolder();
  folder.write('tls/root.crt', authority.certificate);
  folder.write('tls/client.crt', client.certificate);
  folder.write('tls/client.key', client.key);
  const ssl = {
    mode: 'verify-full',
    rootCertificate: 'tls/root.crt',
    certificate: 'tls/client.crt',
    key: 'tls/client.key',
  };
  const eventSource = {
    host: `localhost:${encrypting.port}`,
    databaseName: 'postgres',
    user: CERTIFIED_ROLE,
    ssl,
  };
  const config = await loadLoaderConfig(folder.writeConfig({ eventSource }));
  expect(await sessionOf(structuredClone(config.eventSource))).toMatchObject({ ssl: true });
});
