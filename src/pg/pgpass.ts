import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { notePgpassFile } from '../common/secret-files.js';
import { registerSecret } from '../common/secrets.js';
import type { ConnectionParams } from './connection-params.js';

interface Pgpass {
  (connection: object, done: (password: string | undefined) => void): void;
  warnTo(stream: NodeJS.WritableStream): unknown;
}

const fromHere = createRequire(import.meta.url);
/**
 * What pg itself asks when a server wants a password: the same copy of the same package, reached through pg.
 */
const pgpass = createRequire(fromHere.resolve('pg'))('pgpass') as Pgpass;

// It would write to stderr at every connect, also into a log of JSON: `exposureWarnings` says it once.
pgpass.warnTo(new Writable({ write: (_chunk, _encoding, done) => done() }));

/** The file where libpq and pg look for passwords. */
export function pgpassFile(): string {
  const { PGPASSFILE, HOME, APPDATA } = process.env;
  if (PGPASSFILE) return PGPASSFILE;
  return process.platform === 'win32'
    ? join(APPDATA || './', 'postgresql', 'pgpass.conf')
    : join(HOME || './', '.pgpass');
}

/**
 * The password that `.pgpass` has for a connection as `user`, which is a secret from now on; undefined when
 * there is none.
 */
export async function passwordFromPgpass(
  { host, port, databaseName }: ConnectionParams,
  user: string,
): Promise<string | undefined> {
  notePgpassFile(pgpassFile());
  const password = await new Promise<string | undefined>((resolve) =>
    pgpass({ host, port, user, database: databaseName }, resolve),
  );
  registerSecret(password);
  return password;
}
