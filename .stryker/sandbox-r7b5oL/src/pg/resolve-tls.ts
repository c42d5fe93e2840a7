// @ts-nocheck
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { readTextFile } from '../common/read-text-file.js';
import { noteSecretFile } from '../common/secret-files.js';
import { registerSecret } from '../common/secrets.js';
import { TLS_MODES, type TlsMode, type TlsParams } from './connection-params.js';

/** A mode, and the paths of files. What is absent comes from libpq's environment variables and folder. */
export interface TlsRequest {
  readonly mode?: TlsMode | undefined;
  /** A file, or `system` for the authorities that Node trusts. */
  readonly rootCertificate?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

type TlsFile = 'rootCertificate' | 'certificate' | 'key';

/** What is wrong with a request, in words for the operator. */
export interface TlsProblem {
  readonly field: 'mode' | TlsFile;
  readonly message: string;
}

/**
 * Where libpq looks for a file that is not given: an environment variable, then a file in `~/.postgresql`.
 */
const LIBPQ_PLACES: Readonly<Record<TlsFile, readonly [variable: string, file: string]>> = {
  rootCertificate: ['PGSSLROOTCERT', 'root.crt'],
  certificate: ['PGSSLCERT', 'postgresql.crt'],
  key: ['PGSSLKEY', 'postgresql.key'],
};

/**
 * Fills a request from `PGSSLMODE` and the places where libpq looks, and reads the files. As with libpq,
 * `require` with a root certificate means `verify-ca`, and verifying without one is an error.
 */
export function resolveTls(request: TlsRequest): { tls: TlsParams; problems: TlsProblem[] } {
  const problems: TlsProblem[] = [];
  const asked = request.mode ?? modeFromEnvironment(problems);
  if (asked === 'disable') return { tls: { mode: asked }, problems };
  const files = readFiles(request, problems);
  const mode = asked === 'require' && files.rootCertificate !== undefined ? 'verify-ca' : asked;
  const tls = { mode, ...files };
  if (problems.length === 0) problems.push(...contradictions(tls));
  return { tls, problems };
}

function modeFromEnvironment(problems: TlsProblem[]): TlsMode {
  const wanted =
    process.env['PGSSLMODE'] || (process.env['PGSSLROOTCERT'] === 'system' ? 'verify-full' : 'prefer');
  const mode = TLS_MODES.find((known) => known === wanted);
  // libpq's `allow` prefers plain text and accepts encryption, so `prefer` satisfies it.
  if (mode === undefined && wanted !== 'allow') {
    problems.push({
      field: 'mode',
      message: `PGSSLMODE is '${wanted}', expected one of ${TLS_MODES.join(', ')}`,
    });
  }
  return mode ?? 'prefer';
}

function readFiles(request: TlsRequest, problems: TlsProblem[]): Omit<TlsParams, 'mode'> {
  const root = request.rootCertificate ?? placeOf('rootCertificate');
  const certificate = request.certificate ?? placeOf('certificate');
  const key = request.key ?? (certificate === undefined ? undefined : placeOf('key'));
  return {
    ...(root === 'system' ? { rootCertificate: root } : readPem('rootCertificate', root, problems)),
    ...readPem('certificate', certificate, problems),
    ...readPem('key', key, problems),
  };
}

function placeOf(field: TlsFile): string | undefined {
  const [variable, name] = LIBPQ_PLACES[field];
  const named = process.env[variable];
  if (named) return named;
  const home = homeFolder();
  const file = home === undefined ? undefined : join(home, '.postgresql', name);
  return file !== undefined && existsSync(file) ? file : undefined;
}

/**
 * Home folder; undefined if the system does not know the user of this process, as in a container with an
 * arbitrary uid.
 */
function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function readPem(field: TlsFile, file: string | undefined, problems: TlsProblem[]): Partial<TlsParams> {
  if (file === undefined) return {};
  const read = readTextFile(file);
  const pem = 'text' in read ? read.text : '';
  if (field === 'key') {
    noteSecretFile(file, 'a private key');
    registerSecret(pem);
  }
  const problem = 'problem' in read ? read.problem : pemProblem(field, pem, file);
  if (problem === undefined) return { [field]: pem };
  problems.push({ field, message: problem });
  return {};
}

function pemProblem(field: TlsFile, pem: string, file: string): string | undefined {
  try {
    if (field === 'key') createSecureContext({ key: pem });
    else new X509Certificate(pem);
    return undefined;
  } catch {
    return `${file} holds no ${field === 'key' ? 'private key in PEM format, without a passphrase' : 'certificate in PEM format'}`;
  }
}

function contradictions({ mode, rootCertificate, certificate, key }: TlsParams): TlsProblem[] {
  if (mode.startsWith('verify') && rootCertificate === undefined) {
    const message = `${mode} needs a root certificate: a file, or 'system' for the authorities that Node trusts`;
    return [{ field: 'rootCertificate', message }];
  }
  if (rootCertificate === 'system' && mode !== 'verify-full') {
    const message = `'system' needs the mode verify-full, because anybody can get a certificate for some host name`;
    return [{ field: 'rootCertificate', message }];
  }
  return pairProblem(certificate, key);
}

function pairProblem(certificate: string | undefined, key: string | undefined): TlsProblem[] {
  if (certificate === undefined && key === undefined) return [];
  if (certificate === undefined) return [{ field: 'certificate', message: 'a key needs its certificate' }];
  if (key === undefined) return [{ field: 'key', message: 'a certificate needs its key' }];
  try {
    createSecureContext({ cert: certificate, key });
    return [];
  } catch {
    return [{ field: 'key', message: 'is not the key of the certificate' }];
  }
}
