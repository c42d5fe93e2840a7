import { userInfo } from 'node:os';
import { messageOf } from '../common/message-of.js';
import { ConfigurationError } from '../common/operator-error.js';
import { readTextFile } from '../common/read-text-file.js';
import { noteSecretFile } from '../common/secret-files.js';
import { registerSecret } from '../common/secrets.js';
import type { ConnectionParams } from './connection-params.js';
import { errorCode } from './error-code.js';
import { askForPassword } from './password-function.js';
import { passwordFromPgpass } from './pgpass.js';
import { INVALID_AUTHORIZATION, INVALID_PASSWORD, SQLCLIENT_UNABLE_TO_CONNECT } from './sqlstate.js';

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

/** The server refused a login that may be right at the next attempt. */
class PassingLoginError extends Error {
  override readonly name = 'PassingLoginError';
  /** The error may pass, as all of class 08. */
  readonly code = SQLCLIENT_UNABLE_TO_CONNECT;
}

/** Who waits for the password of one session. */
export interface PasswordWait {
  /** Aborted when the session is not wanted any more. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Whether a function has been asked and has not answered. */
  isForFunction: boolean;
}

/**
 * The password for the driver. If undefined, the driver takes `PGPASSWORD`. A file is read, and a function is
 * called, for each session anew, when the server asks for a password.
 */
export function passwordOf(
  params: ConnectionParams,
  wait: PasswordWait,
): string | (() => string) | (() => Promise<string>) | undefined {
  const { password, passwordFrom, passwordFunction } = params;
  if (passwordFunction !== undefined) return () => passwordOfFunction(params, passwordFunction, wait);
  if (passwordFrom === undefined) {
    if (password || process.env['PGPASSWORD']) return password;
    return () => searchPassword(params);
  }
  return () => {
    const read = readPasswordFile(passwordFrom);
    if ('problem' in read) throw new PassingLoginError(`The password cannot be read: ${read.problem}.`);
    return read.password;
  };
}

async function passwordOfFunction(
  params: ConnectionParams,
  passwordFunction: string,
  wait: PasswordWait,
): Promise<string> {
  const { host, port, databaseName } = params;
  const login = { host, port, databaseName, user: userOf(params) };
  wait.isForFunction = true;
  try {
    return await askForPassword({ passwordFunction, login, timeoutMs: wait.timeoutMs }, wait.signal);
  } finally {
    wait.isForFunction = false;
  }
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

/** Connections whose login a server has accepted. */
const accepted = new WeakSet<ConnectionParams>();

/** Notes that a server has accepted the login of a connection. */
export function noteAccepted(params: ConnectionParams): void {
  accepted.add(params);
}

const REFUSED = new Set<string | undefined>([INVALID_PASSWORD, INVALID_AUTHORIZATION]);

/**
 * Marks a refused login that may be accepted at the next attempt: with a password from a file, or if it was
 * accepted before. Somebody may be changing the password.
 */
export function explainLogin(error: unknown, params: ConnectionParams): unknown {
  const code = errorCode(error);
  if (!REFUSED.has(code)) return error;
  const { passwordFrom } = params;
  const isFromFile = passwordFrom !== undefined && code === INVALID_PASSWORD;
  if (!isFromFile && !accepted.has(params)) return error;
  const why = isFromFile ? `the password comes from ${passwordFrom}` : 'this login was accepted before';
  return new PassingLoginError(`${messageOf(error)} (${why})`, { cause: error });
}
