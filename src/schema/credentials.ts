import { createRequire } from 'node:module';
import { registerPublicWord, registerSecret } from '../lifecycle/secrets.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { userOf } from '../pg/login.js';
import { ask, type Terminal, terminal } from './ask.js';

/**
 * User and password for all sessions of a command: those of the options, of the environment or of `.pgpass`; what nobody gave is
 * asked for on a terminal. An empty answer means the default.
 * @param params name the database that will be connected to first: `.pgpass` may know only that one.
 */
export async function withCredentials(
  params: ConnectionParams,
  signal: AbortSignal,
  on: Terminal | undefined = terminal(),
): Promise<ConnectionParams> {
  const answer = async (question: string, hidden = false) =>
    on === undefined ? '' : ask(on, question, { signal, hidden });
  // An empty variable is as good as none, as in libpq.
  const user = params.user ?? (process.env['PGUSER'] || (await answer('User: ')));
  const named = user === '' ? params : { ...params, user };
  registerPublicWord(named.user);
  const known = params.password ?? (process.env['PGPASSWORD'] || (await fromPgpass(named)));
  const password = known || (await answer('Password: ', true));
  registerSecret(password);
  return password === '' ? named : { ...named, password };
}

type Pgpass = (connection: object, done: (password: string | undefined) => void) => void;

/** What pg itself would find when the server asks for a password: the same library, reached through pg. */
function fromPgpass(params: ConnectionParams): Promise<string | undefined> {
  const { host, port, databaseName: database } = params;
  const fromHere = createRequire(import.meta.url);
  const pgpass = createRequire(fromHere.resolve('pg'))('pgpass') as Pgpass;
  return new Promise((resolve) => pgpass({ host, port, user: userOf(params), database }, resolve));
}
