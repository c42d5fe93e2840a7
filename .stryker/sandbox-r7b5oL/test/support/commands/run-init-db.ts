// @ts-nocheck
import { connectTo } from '../postgres/databases.js';
import type { DatabaseServer } from '../postgres/postgres-server.js';
import { type CommandResult, RunningCommand } from './command.js';

/** Variables of libpq that say nothing. */
export const WITHOUT_CREDENTIALS = {
  PGUSER: '',
  PGPASSWORD: '',
  PGHOST: '',
  PGPORT: '',
  PGPASSFILE: '/dev/null',
};

/** Starts `slate-init-db`, with no variables of libpq but the given ones. */
export function startInitDb(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  return new RunningCommand('slate-init-db', args, { ...WITHOUT_CREDENTIALS, ...env });
}

/** Runs `slate-init-db` to its end. */
export async function initDb(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  await using command = startInitDb(args, env);
  return await command.ended();
}

/** The options that reach a server as the role that tests use. */
export function reaching({ host, port, user, password }: DatabaseServer): string[] {
  return ['--host', host, '--port', String(port), '--user', user, '--password', password];
}

/** Is there a database of that name? */
export async function exists(server: DatabaseServer, databaseName: string): Promise<boolean> {
  await using connection = await connectTo(server.params('postgres'));
  return (await connection.query('SELECT FROM pg_database WHERE datname = $1', [databaseName])).length > 0;
}
