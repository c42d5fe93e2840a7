// @ts-nocheck
import type { ConnectionOptions } from 'node:tls';
import { ConfigurationError } from '../common/operator-error.js';
import type { ConnectionParams, TlsParams } from './connection-params.js';
import { errorCode } from './error-code.js';
import { resolveTls } from './resolve-tls.js';
import { INVALID_AUTHORIZATION } from './sqlstate.js';

/** What `pg.Client` takes as `ssl`: false for plain text. */
export type SslOption = false | ConnectionOptions;

/**
 * The ways to connect to a database, to be tried in turn. For `prefer`: encrypted, then in plain text; else
 * one way. As with libpq, a Unix socket is never encrypted.
 * @throws ConfigurationError if `params` leaves TLS open and the environment is not valid.
 */
export function sslAttempts(params: ConnectionParams): readonly [SslOption, ...SslOption[]] {
  if (params.host.startsWith('/')) return [false];
  const tls = params.tls ?? tlsFromEnvironment();
  if (tls.mode === 'disable') return [false];
  const encrypted = nodeOptions(tls);
  return tls.mode === 'prefer' ? [encrypted, false] : [encrypted];
}

/** Whether an encrypted attempt failed because of the encryption, so that plain text may succeed. */
export function isTlsRefused(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  const message = error instanceof Error ? error.message : '';
  return (
    NO_TLS_MESSAGE.test(message) || code.startsWith('ERR_SSL_') || code === 'EPROTO' || code === NOT_IN_HBA
  );
}

/** pg gives this error no code. */
const NO_TLS_MESSAGE = /server does not support SSL connections|error establishing an SSL connection/;
/** pg_hba.conf may hold `hostnossl` lines only. */
const NOT_IN_HBA = INVALID_AUTHORIZATION;

function tlsFromEnvironment(): TlsParams {
  const { tls, problems } = resolveTls({});
  const [first] = problems;
  if (first !== undefined)
    throw new ConfigurationError(`The environment asks for TLS that cannot be used: ${first.message}`);
  return tls;
}

function nodeOptions({ mode, rootCertificate, certificate, key }: TlsParams): ConnectionOptions {
  const client = certificate === undefined || key === undefined ? {} : { cert: certificate, key };
  if (mode === 'prefer' || mode === 'require') return { ...client, rejectUnauthorized: false };
  const root = rootCertificate === undefined || rootCertificate === 'system' ? {} : { ca: rootCertificate };
  const anyName = mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {};
  return { ...client, ...root, ...anyName, rejectUnauthorized: true };
}
