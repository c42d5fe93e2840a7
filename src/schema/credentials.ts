import { createRequire } from 'node:module';
import { registerPublicWord, registerSecret } from '../lifecycle/secrets.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { ask, type Terminal, terminal } from './ask.js';

/**
 * Asks for user and password where nobody gave them: not as an option, not in the environment, not in `.pgpass`; and only on a
 * terminal. An empty answer means the default.
 * @param params name the database that will be connected to first: `.pgpass` may know only that one.
 */
export async function withCredentials(
  params: ConnectionParams,
  signal: AbortSignal,
  on: Terminal | undefined = terminal(),
): Promise<ConnectionParams> {
  if (on === undefined) return params;
  const user = params.user ?? process.env['PGUSER'] ?? (await ask(on, 'User: ', { signal }));
  const named = user === '' ? params : { ...params, user };
  registerPublicWord(named.user);
  if (params.password ?? process.env['PGPASSWORD'] ?? (await fromPgpass(named))) return named;
  const password = await ask(on, 'Password: ', { signal, hidden: true });
  registerSecret(password);
  return password === '' ? named : { ...named, password };
}

type Pgpass = (connection: object, done: (password: string | undefined) => void) => void;

/** What pg itself would find when the server asks for a password: the same library, reached through pg. */
function fromPgpass({ host, port, user, databaseName }: ConnectionParams): Promise<string | undefined> {
  const fromHere = createRequire(import.meta.url);
  const pgpass = createRequire(fromHere.resolve('pg'))('pgpass') as Pgpass;
  return new Promise((resolve) => pgpass({ host, port, user, database: databaseName }, resolve));
}
