// @ts-nocheck
import { userInfo } from 'node:os';
import { messageOf } from '../common/message-of.js';
import { ConfigurationError } from '../common/operator-error.js';
import { readTextFile } from '../common/read-text-file.js';
import { noteSecretFile } from '../common/secret-files.js';
import { registerSecret } from '../common/secrets.js';
import type { ConnectionParams } from './connection-params.js';
import { errorCode } from './error-code.js';
import { passwordFromPgpass } from './pgpass.js';
import { INVALID_PASSWORD, SQLCLIENT_UNABLE_TO_CONNECT } from './sqlstate.js';

/**
 * The role to connect as.
 * @throws ConfigurationError if nobody names one and the user of this process has no name, as in a
 *   container with an arbitrary uid.
 */
export function userOf(params: Pick<ConnectionParams, 'user'>): string {
  const given = params.user ?? process.env['PGUSER'];
  if (given) return given;
  try {
    return userInfo().username;
  } catch {
    throw new ConfigurationError(
      'No user is given, and the user of this process has no name on this system.',
      { hint: 'Give user in the connection (slate-init-db: --user), or set PGUSER.' },
    );
  }
}

/** The server asks for a password, and none was given. */
export class MissingPasswordError extends Error {
  override readonly name = 'MissingPasswordError';
  readonly code = INVALID_PASSWORD;

  constructor() {
    super('the server requires a password, and none was given');
  }
}

/** The server refused a password from a file. The file or the role may be about to change. */
class PasswordFileError extends Error {
  override readonly name = 'PasswordFileError';
  /** The error may pass, as all of class 08. */
  readonly code = SQLCLIENT_UNABLE_TO_CONNECT;
}

/**
 * The password for the driver. If undefined, the driver takes `PGPASSWORD`. A file is read for each session
 * anew, when the server asks for a password.
 */
export function passwordOf(
  params: ConnectionParams,
): string | (() => string) | (() => Promise<string>) | undefined {
  const { password, passwordFrom } = params;
  if (passwordFrom === undefined) {
    if (password || process.env['PGPASSWORD']) return password;
    return () => searchPassword(params);
  }
  return () => {
    const read = readPasswordFile(passwordFrom);
    if ('problem' in read) throw new PasswordFileError(`The password cannot be read: ${read.problem}.`);
    return read.password;
  };
}

async function searchPassword(params: ConnectionParams): Promise<string> {
  const password = await passwordFromPgpass(params, userOf(params));
  if (password === undefined) throw new MissingPasswordError();
  return password;
}

/** The password in a file, or what is wrong with the file. One line break at the end is ignored. */
export function readPasswordFile(file: string): { readonly password: string } | { readonly problem: string } {
  noteSecretFile(file, 'a password');
  const read = readTextFile(file);
  if ('problem' in read) return read;
  const password = read.text.replace(/\r?\n$/, '');
  registerSecret(password);
  if (password === '') return { problem: `${file} is empty` };
  return password.includes('\0') ? { problem: `${file} holds a NUL character` } : { password };
}

/** Marks a refused login with a password from a file: the password may be right at the next attempt. */
export function explainLogin(error: unknown, { passwordFrom }: ConnectionParams): unknown {
  if (passwordFrom === undefined || errorCode(error) !== INVALID_PASSWORD) return error;
  return new PasswordFileError(`${messageOf(error)} (the password comes from ${passwordFrom})`, {
    cause: error,
  });
}
