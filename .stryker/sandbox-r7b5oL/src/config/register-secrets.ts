// @ts-nocheck
import { readTextFile } from '../common/read-text-file.js';
import { notePgpassFile, noteSecretFile } from '../common/secret-files.js';
import { registerPublicWord, registerSecret } from '../common/secrets.js';
import { userIfKnown } from '../pg/credentials.js';
import { pgpassFile } from '../pg/pgpass.js';
import { isShowable } from './describe-value.js';
import { isRecord, type RawConfig } from './load-file.js';
import { OPTIONS } from './options.js';

const PUBLIC_FIELDS = ['host', 'port', 'databaseName', 'user', 'name'];

/** Registers the names and secrets of a configuration, before anything is printed about it. */
export function registerNamesAndSecrets(raw: RawConfig): void {
  registerEnvironment();
  for (const connection of connectionsIn(raw)) {
    for (const field of PUBLIC_FIELDS) registerName(textOf(connection[field]));
    registerSecret(textOf(connection['password']));
  }
}

/** Registers the names and secrets that connections take from the environment. */
export function registerEnvironment(): void {
  registerSecret(process.env['PGPASSWORD']);
  for (const name of [process.env['PGHOST'], process.env['PGPORT'], userIfKnown({})]) registerName(name);
}

/** Registers a name, unless it may hold a password. */
function registerName(name: string | undefined): void {
  if (name !== undefined && isShowable(name)) registerPublicWord(name);
}

/**
 * Notes the configuration file if a password is written in it, and `.pgpass` if a connection names no
 * password.
 */
export function noteFilesWithPasswords(file: string, raw: RawConfig): void {
  const connections = connectionsIn(raw);
  const read = readTextFile(file);
  const text = 'text' in read ? read.text : '';
  if (connections.some(({ password }) => isWrittenIn(text, password))) noteSecretFile(file, 'a password');
  if (connections.some(({ password, passwordFile }) => !password && passwordFile === undefined)) {
    noteFilesOfEnvironment();
  }
}

/** Notes what a connection without a password of its own reads. */
export function noteFilesOfEnvironment(): void {
  if (!process.env['PGPASSWORD']) notePgpassFile(pgpassFile());
}

/** Whether a password stands in the text of the file. A script may have it from elsewhere. */
function isWrittenIn(text: string, password: unknown): boolean {
  if (typeof password !== 'string' || password === '') return false;
  const quoted = [`'${password}'`, `"${password}"`, `\`${password}\``, JSON.stringify(password)];
  return quoted.some((literal) => text.includes(literal));
}

/** The connections under known keys. Other exports of a script are not read: reading them may run code. */
function connectionsIn(raw: RawConfig): RawConfig[] {
  return Object.keys(OPTIONS)
    .flatMap((name) => raw[name])
    .filter(isRecord);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
