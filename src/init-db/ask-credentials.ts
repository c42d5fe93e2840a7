import { ask, type Terminal, terminal } from '../cli/ask.js';
import { registerPublicWord, registerSecret } from '../common/secrets.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { userOf } from '../pg/login.js';
import { passwordFromPgpass } from '../pg/pgpass.js';

const NOBODY_ELSE_ASKS =
  'The other commands do not ask for user and password. Give both in the configuration file, or in PGUSER and PGPASSWORD.';

/**
 * User and password for all sessions of a command: those of the options, of the environment or of `.pgpass`;
 * what nobody gave is asked for on a terminal. An empty answer means the default.
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
  const known =
    params.password ?? (process.env['PGPASSWORD'] || (await passwordFromPgpass(named, userOf(named))));
  const password = known || (await answer('Password: ', true));
  registerSecret(password);
  if (!known && password !== '') on?.output.write(`${NOBODY_ELSE_ASKS}\n`);
  return password === '' ? named : { ...named, password };
}
