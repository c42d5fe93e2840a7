import { type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../cli/whole-number.js';
import { ConfigurationError } from '../common/operator-error.js';
import { registerPublicWord, registerSecret } from '../common/secrets.js';
import { defaultPort } from '../config/connection-options.js';
import { isShowable } from '../config/describe-value.js';
import { LONGEST_MS } from '../config/option.js';
import { isUrl, MAX_PORT, type ParsedHost, parseHost } from '../config/parse-host.js';
import { noteFilesOfEnvironment, registerEnvironment } from '../config/register-secrets.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import type { TableType } from '../schema/objects.js';

/** Options of `slate-init-db`, each by itself valid. */
export interface InitDbOptions {
  readonly host?: ParsedHost;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly connectTimeout: number;
  readonly newDatabase?: string;
  readonly maintenanceDb?: string;
  readonly tableType?: TableType;
  readonly pooler?: 'session';
  readonly upgrade?: boolean;
  readonly dryRun?: boolean;
}

/** PostgreSQL cuts longer names off: NAMEDATALEN − 1. */
const MAX_NAME_BYTES = 63;

/** Adds the options of `slate-init-db` to its command. */
export function addInitDbOptions(program: Command): Command {
  return program
    .option('--host <name>', 'server, also as name:port (default: PGHOST, else localhost)', host)
    .option('--port <n>', 'its port (default: PGPORT, else 5432)', wholeNumber({ min: 1, max: MAX_PORT }))
    .option('--user <name>', 'role that owns the database (default: PGUSER, else asked for)', filled)
    .option('--password <password>', 'its password (default: PGPASSWORD, .pgpass, else asked for)', filled)
    .option(
      '--connect-timeout <ms>',
      'how long connecting may take',
      wholeNumber({ min: 1, max: LONGEST_MS }),
      15_000,
    )
    .option(
      '-n, --new-database <name>',
      'database to create; with --upgrade, the one to upgrade',
      databaseName,
    )
    .option(
      '--maintenance-db <name>',
      'database to connect to first (default: postgres, else template1, else the database named after the user)',
      databaseName,
    )
    .addOption(new Option('-t, --table-type <type>', 'kind of database').choices(['source', 'destination']))
    .addOption(
      new Option('--pooler <mode>', 'accept a connection pooler that runs in this mode').choices(['session']),
    )
    .option('--upgrade', 'bring a database made by an older version up to date, without changing any event')
    .option('--dry-run', 'validate the arguments, show them and end: connects to nothing');
}

/** What the options add up to. */
export interface InitDbRequest {
  readonly params: ConnectionParams;
  /** Absent for an upgrade of whatever the database is. */
  readonly tableType: TableType | undefined;
}

/**
 * What the options add up to.
 * @throws ConfigurationError naming all that is missing and all contradictions.
 */
export function readInitDbOptions(options: InitDbOptions): InitDbRequest {
  const { port, user, password, newDatabase = '', tableType, pooler } = options;
  const where = options.host ?? hostOfEnvironment();
  registerSecret(password);
  registerEnvironment();
  if (!password) noteFilesOfEnvironment();
  for (const word of [where.host, user, newDatabase, options.maintenanceDb]) registerPublicWord(word);
  const problems = [...missing(options), ...contradictions(options, where)];
  if (problems.length > 0) throw new ConfigurationError(`${problems.join('; ')}.`);
  const params = {
    host: where.host,
    port: where.port ?? port ?? defaultPort(),
    databaseName: newDatabase,
    user,
    password,
    pooler,
  };
  return { params, tableType };
}

function missing({ newDatabase, tableType, upgrade }: InitDbOptions): string[] {
  return [
    ...(newDatabase === undefined ? ['--new-database <name> is missing'] : []),
    ...(tableType === undefined && !upgrade ? ['--table-type <source or destination> is missing'] : []),
  ];
}

function contradictions({ port, upgrade, maintenanceDb }: InitDbOptions, where: ParsedHost): string[] {
  const twoPorts = port !== undefined && where.port !== undefined && port !== where.port;
  return [
    ...(twoPorts ? [`--port ${port} contradicts the port ${where.port} in --host`] : []),
    ...(maintenanceDb !== undefined && upgrade
      ? ['--maintenance-db cannot be combined with --upgrade, which connects to the database to upgrade']
      : []),
  ];
}

function hostOfEnvironment(): ParsedHost {
  const text = process.env['PGHOST'] || 'localhost';
  const parsed = parseHost(text);
  if (parsed === undefined)
    throw new ConfigurationError(
      `PGHOST is not a valid host: ${isShowable(text) ? `"${text}"` : '(not shown)'}`,
    );
  return parsed;
}

function filled(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

function host(text: string): ParsedHost {
  const parsed = parseHost(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError("It must be a name, an address, 'name:port' or a socket's folder.");
}

function databaseName(text: string): string {
  if (isUrl(text)) throw new InvalidArgumentError('It must be the name of a database, not a URL.');
  const bytes = Buffer.byteLength(filled(text));
  if (bytes <= MAX_NAME_BYTES) return text;
  throw new InvalidArgumentError(`It has ${bytes} bytes, but PostgreSQL allows only ${MAX_NAME_BYTES}.`);
}
