// @ts-nocheck
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
/** The package that pg itself uses for `.pgpass`: the same copy, loaded through pg. */
const pgpass = createRequire(fromHere.resolve('pg'))('pgpass') as Pgpass;

// The package would warn on stderr at every connect, also into a log of JSON. `exposureWarnings` warns once.
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
 * The password in `.pgpass` for a connection as `user`; undefined if there is none. Registers it as a secret.
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
