import { terminal } from '../cli/ask.js';
import { OperatorError } from '../common/operator-error.js';
import { exposureWarnings } from '../common/secret-files.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { describePassword, describeUser } from '../pg/credentials.js';
import type { TableType } from '../schema/objects.js';
import { withCredentials } from './ask-credentials.js';
import { createDatabase } from './create-database.js';
import { type InitDbOptions, type InitDbRequest, readInitDbOptions } from './init-db-options.js';
import { USUAL_MAINTENANCE_DATABASE } from './maintenance-database.js';
import { upgradeDatabase } from './upgrade-database.js';

/**
 * What `slate-init-db` does, unless `stop` is aborted: all or nothing.
 * @returns the exit code.
 * @throws ConfigurationError for arguments, OperatorError for what the server says.
 */
export async function initDb(options: InitDbOptions, stop: AbortSignal): Promise<number> {
  const request = readInitDbOptions(options);
  const { params, tableType } = request;
  for (const warning of exposureWarnings()) process.stderr.write(`${warning}\n`);
  const what = whatIs(request);
  if (options.dryRun) {
    const [would, timeout] = [
      options.upgrade ? 'upgrade' : 'create',
      `connect timeout ${options.connectTimeout} ms`,
    ];
    return finish(
      `Would ${would} ${what}; ${await describeCredentials(params)}; ${timeout}. Connected to nothing.`,
    );
  }
  return await orStopped(stop, (signal) =>
    tableType === undefined || options.upgrade
      ? upgrade(request, options, signal)
      : create({ params, tableType }, options, signal),
  );
}

/** `the source database host:port/name` */
function whatIs({ params, tableType }: InitDbRequest): string {
  return `the ${tableType === undefined ? '' : `${tableType} `}database ${describeDatabase(params)}`;
}

async function create(
  { params, tableType }: { readonly params: ConnectionParams; readonly tableType: TableType },
  { maintenanceDb, connectTimeout }: InitDbOptions,
  signal: AbortSignal,
): Promise<number> {
  const { databaseName } = params;
  const first = { ...params, databaseName: maintenanceDb ?? USUAL_MAINTENANCE_DATABASE };
  const credentials = await withCredentials(first, signal);
  await createDatabase(
    { ...credentials, databaseName },
    { tableType, connectTimeoutMs: connectTimeout, maintenanceDatabase: maintenanceDb, signal },
  );
  return finish(`Created ${whatIs({ params, tableType })}.`);
}

async function upgrade(
  { params, tableType: wanted }: InitDbRequest,
  { connectTimeout }: InitDbOptions,
  signal: AbortSignal,
): Promise<number> {
  const credentials = await withCredentials(params, signal);
  const { tableType, changed, grantedTo } = await upgradeDatabase(credentials, {
    tableType: wanted,
    connectTimeoutMs: connectTimeout,
    signal,
    onWaiting: (users) =>
      process.stderr.write(`Waiting for sessions that use table events: ${users.join('; ')}. ^C stops.\n`),
  });
  const what = whatIs({ params, tableType });
  if (!changed) return finish(`There is nothing to do: ${what} is up to date.`);
  if (grantedTo.length > 0) {
    const roles = grantedTo.join(', ');
    finish(`Granted EXECUTE to the roles that could append before; they need no other right now: ${roles}.`);
  }
  return finish(`Upgraded ${what}.`);
}

/** What will be used and where it comes from; on a terminal, what nobody gives is asked for. */
async function describeCredentials(params: ConnectionParams): Promise<string> {
  const asks = terminal() !== undefined;
  const password = await describePassword(params);
  const user = asks && !params.user && !process.env['PGUSER'] ? 'user (asked for)' : describeUser(params);
  return `${user}, ${asks ? password.replace('(none)', '(asked for)') : password}`;
}

/** Runs what can be stopped; says so when it was. */
async function orStopped<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new OperatorError(`${(error as Error).message}: nothing was left behind`, { cause: error });
  }
}

function finish(line: string): number {
  process.stdout.write(`${line}\n`);
  return 0;
}
