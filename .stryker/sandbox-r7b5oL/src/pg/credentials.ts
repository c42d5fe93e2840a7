// @ts-nocheck
import type { ConnectionParams } from './connection-params.js';
import { userOf } from './login.js';
import { passwordFromPgpass } from './pgpass.js';
import { INVALID_AUTHORIZATION, INVALID_PASSWORD } from './sqlstate.js';

/** `user me`, `user me (PGUSER)`, `user me (system user)`: the role that will be used, and who named it. */
export function describeUser(params: ConnectionParams): string {
  const user = userIfKnown(params);
  if (user === undefined) return 'user (none)';
  if (params.user !== undefined) return `user ${user}`;
  return `user ${user} (${process.env['PGUSER'] ? 'PGUSER' : 'system user'})`;
}

const LOGIN_REFUSED = new Set<string>([INVALID_PASSWORD, INVALID_AUTHORIZATION]);

/** Where a server refuses a role that nobody named: how to name another one. */
export function hintToNameRole(code: string | undefined, params: ConnectionParams): string | undefined {
  if (!LOGIN_REFUSED.has(code ?? '') || params.user !== undefined || process.env['PGUSER']) return undefined;
  return "No role is named, so it is the system's user: name one as user in the configuration file (slate-init-db: --user), or in PGUSER.";
}

/**
 * `password ***`, `password *** (.pgpass)`, `password *** (PGPASSFILE)`, `password (none)`: from where it
 * will be taken, never what it is.
 */
export async function describePassword(params: ConnectionParams): Promise<string> {
  const { password, passwordFrom } = params;
  if (passwordFrom !== undefined) return 'password *** (passwordFile)';
  if (password) return 'password ***';
  if (process.env['PGPASSWORD']) return 'password *** (PGPASSWORD)';
  const user = userIfKnown(params);
  const found = user === undefined ? undefined : await passwordFromPgpass(params, user);
  if (found === undefined) return 'password (none)';
  return `password *** (${process.env['PGPASSFILE'] ? 'PGPASSFILE' : '.pgpass'})`;
}

/** The role to connect as; undefined if nobody names one and the user of this process has no name. */
export function userIfKnown(params: Pick<ConnectionParams, 'user'>): string | undefined {
  try {
    return userOf(params);
  } catch {
    return undefined;
  }
}
