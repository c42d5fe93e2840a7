// @ts-nocheck
import { ask, type Terminal, terminal } from '../cli/ask.js';
import { registerPublicWord, registerSecret } from '../common/secrets.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { userOf } from '../pg/login.js';
import { passwordFromPgpass } from '../pg/pgpass.js';

const NOBODY_ELSE_ASKS =
  'The other commands do not ask for user and password. Give both in the configuration file, or in PGUSER and PGPASSWORD.';

/**
 * User and password for all sessions of a command, from the options, the environment or `.pgpass`. What these
 * do not give is asked for on a terminal. An empty answer means the default.
 * @param params names the database of the first connection: `.pgpass` may know only that one.
 */
export async function withCredentials(
  params: ConnectionParams,
  signal: AbortSignal,
  on: Terminal | undefined = terminal(),
): Promise<ConnectionParams> {
  const answer = async (question: string, hidden = false) =>
    on === undefined ? '' : ask(on, question, { signal, hidden });
  // As in libpq, an empty variable counts as not set.
  const user = params.user ?? (process.env['PGUSER'] || (await answer('User: ')));
  const named = user === '' ? params : { ...params, user };
  registerPublicWord(named.user);
  const known =
    params.password ?? (process.env['PGPASSWORD'] || (await passwordFromPgpass(named, userOf(named))));
  const password = known || (await answer('Password: ', true));
  registerSecret(password);
  if (!known && password !== '') on?.output.write(`${NOBODY_ELSE_ASKS}\n`);
  return password === '' ? named : { ...named, password };
}
