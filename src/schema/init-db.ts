import { OperatorError } from '../lifecycle/operator-error.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { createDatabase } from './create-database.js';
import { withCredentials } from './credentials.js';
import { type InitDbOptions, readInitDbOptions } from './init-db-options.js';
import { upgradeSource } from './upgrade-source.js';

/**
 * What `slate-init-db` does, unless `stop` is aborted: all or nothing.
 * @returns the exit code.
 * @throws ConfigurationError for arguments, OperatorError for what the server says.
 */
export async function initDb(options: InitDbOptions, stop: AbortSignal): Promise<number> {
  const { params, tableType } = readInitDbOptions(options);
  const what = `${tableType} database ${describeDatabase(params)}`;
  if (options.dryRun) {
    const [would, timeout] = [
      options.upgrade ? 'upgrade' : 'create',
      `connect timeout ${options.connectTimeout} ms`,
    ];
    return finish(
      `Would ${would} the ${what}; ${describeCredentials(params)}; ${timeout}. Connected to nothing.`,
    );
  }
  await orStopped(stop, async (signal) => {
    const connectTimeoutMs = options.connectTimeout;
    const credentials = await withCredentials(params, signal);
    if (options.upgrade) await upgradeSource(credentials, { connectTimeoutMs, signal });
    else await createDatabase(credentials, { tableType, connectTimeoutMs, signal });
  });
  return finish(`${options.upgrade ? 'Upgraded' : 'Created'} the ${what}.`);
}

function describeCredentials({ user, password }: ConnectionParams): string {
  // An empty variable is as good as none, as in libpq.
  const shownUser = user ?? (process.env['PGUSER'] || '(not given)');
  const hasPassword = password !== undefined || Boolean(process.env['PGPASSWORD']);
  return `user ${shownUser}, password ${hasPassword ? '***' : '(not given)'}`;
}

/** Runs what can be stopped; says so when it was. */
async function orStopped(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    await work(signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new OperatorError(`${(error as Error).message}: nothing was left behind`, { cause: error });
  }
}

function finish(line: string): number {
  process.stdout.write(`${line}\n`);
  return 0;
}
