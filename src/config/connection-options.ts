import { resolve } from 'node:path';
import { z } from 'zod';
import type { ConnectionParams } from '../pg/connection-params.js';
import { readPasswordFile } from '../pg/login.js';
import type { PasswordFunction } from '../pg/password-function.js';
import { connectionNameSchema } from './connection-name.js';
import { describeValue } from './describe-value.js';
import { isRecord } from './load-file.js';
import { isFalsy, unlessNotGiven } from './not-given.js';
import { isUrl, MAX_PORT, parseHost } from './parse-host.js';
import { withPasswordFunction } from './password-functions.js';
import { sslSchema } from './ssl-options.js';

/** One field of a connection: what it may hold, and what people are told about it. */
interface ConnectionField {
  readonly type: string;
  readonly default?: string;
  readonly required?: boolean;
  readonly description: string;
}

const DEFAULT_PORT = 5432;

/** The fields of a connection, for validation's messages and docs/configuration.md. */
export const CONNECTION_FIELDS = {
  host: {
    type: 'string',
    required: true,
    description:
      'Name or address of the server (`host:port` and `[::1]:port` work too), or the folder of its socket.',
  },
  databaseName: {
    type: 'string',
    required: true,
    description: 'The database that holds the `events` table.',
  },
  port: { type: 'integer', default: '`PGPORT`, else 5432', description: 'Port of the server.' },
  user: { type: 'string', default: "`PGUSER`, else the system's user", description: 'Role to connect as.' },
  password: {
    type: 'string or function',
    default: '`PGPASSWORD`, else `.pgpass`',
    description:
      'Password of the role, exactly as it is, without escapes; or a function, also an async one, that returns it and is called for each connection (below).',
  },
  passwordFile: {
    type: 'string',
    description:
      'A file that holds the password, instead of `password`. One line break at its end is ignored. The file is read again for each connection.',
  },
  pooler: {
    type: "`'session'`",
    description:
      'Declares that a connection pooler in session mode answers at this address. Any other pooler is refused.',
  },
  ssl: {
    type: 'string or object',
    default: '`PGSSLMODE`, else `prefer`',
    description: 'How the connection is encrypted: a mode of libpq, or an object (below).',
  },
  notifyDestination: {
    type: 'true or false',
    default: 'false',
    description:
      'In a destination: whether each write sends `NOTIFY eventsinsert`, so that readers need not poll. See [Waiting for events](commands.md#waiting-for-events).',
  },
  name: {
    type: 'string',
    description:
      'Name of this database in log records, messages, metrics and `application_name`, and for `--destination`. Without it: `host:port/database`. All names must differ.',
  },
  paused: {
    type: 'true or false',
    default: '`false`',
    description:
      'Of a destination: `true` keeps the replicator away from it. No session is opened to it, `--once` and `--check` leave it out.',
  },
} as const satisfies Record<string, ConnectionField>;

/** A connection; files in it are relative to `folder`. Keys that it does not know are for `unknownKeys`. */
export function connectionSchema(folder: string): z.ZodType<ConnectionParams> {
  return z
    .object(fieldSchemas(folder))
    .superRefine(refuseContradictions, { when: ({ value }) => isRecord(value) })
    .transform(toParams);
}

/** As `connectionSchema`, for a source. */
export function sourceSchema(folder: string): z.ZodType<ConnectionParams> {
  return connectionSchema(folder).superRefine(({ notifyDestination, paused }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { complete: true } });
    if (notifyDestination)
      refuse('notifyDestination', 'belongs to a destination: a source notifies by its trigger');
    if (paused) refuse('paused', 'belongs to a destination');
  });
}

function fieldSchemas(folder: string) {
  const text = z.string().min(1).refine(isWithoutNul, 'must not hold a NUL character');
  return {
    host: z.string().transform(hostOrIssue),
    databaseName: text
      .refine((name) => !isUrl(name), 'expected the name of a database, not a URL')
      .superRefine(refuseUrlOptions),
    port: unlessNotGiven(z.preprocess(readPort, z.int().min(1).max(MAX_PORT)).optional()),
    user: unlessNotGiven(z.preprocess(numberAsText, text).optional(), isFalsy),
    password: unlessNotGiven(passwordSchema.optional(), isFalsy),
    passwordFile: unlessNotGiven(
      text.transform((file, context) => passwordIn(file, folder, context)).optional(),
    ),
    pooler: unlessNotGiven(z.literal('session').optional()),
    notifyDestination: unlessNotGiven(z.boolean().optional()),
    ssl: unlessNotGiven(sslSchema(folder)),
    name: unlessNotGiven(connectionNameSchema.optional()),
    paused: unlessNotGiven(z.boolean().optional()),
  };
}

const passwordSchema = z
  .custom<string | PasswordFunction>(
    (value) => typeof value === 'string' || typeof value === 'function',
    'expected a string or a function',
  )
  .refine((value) => typeof value === 'function' || isWithoutNul(value), 'must not hold a NUL character');

type Fields = z.output<z.ZodObject<ReturnType<typeof fieldSchemas>>>;

/** The protocol sends texts up to the first NUL. */
function isWithoutNul(text: string): boolean {
  return !text.includes('\0');
}

/** Accepts a port as text: a script may have it from the environment. */
export function readPort(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

/** Version 0.1.4 pasted `user` into a URL, where `1234` and `'1234'` are the same. */
function numberAsText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

/** Version 0.1.4 pasted `databaseName` into a URL, which read options behind a question mark. */
function refuseUrlOptions(text: string, context: z.RefinementCtx): void {
  const [, name = '', options = ''] = /^([^?]*)\?(\w+=.*)$/s.exec(text) ?? [];
  if (options === '' || isUrl(text)) return;
  const ssl = /(?:^|&)ssl=(\w*)/.exec(options)?.[1];
  const instead = ssl === undefined ? '' : ` and ssl: '${/^(?:true|1)$/.test(ssl) ? 'require' : 'disable'}'`;
  context.addIssue({
    code: 'custom',
    message: `must not hold the options of a URL; write databaseName: ${describeValue(name)}${instead} instead`,
    params: { complete: true },
  });
}

function hostOrIssue(text: string, context: z.RefinementCtx) {
  const parsed = parseHost(text);
  if (parsed !== undefined) return parsed;
  const misplaced = misplacedInHost(text);
  context.addIssue({
    code: 'custom',
    message: misplaced ?? "expected 'name', 'name:port', an address or a socket's folder",
    params: { complete: misplaced !== undefined },
  });
  return z.NEVER;
}

/**
 * What to write if `host` holds more than a host. The value is not repeated, because it may hold a password.
 */
function misplacedInHost(text: string): string | undefined {
  if (isUrl(text)) {
    return 'must not be a URL; write its parts as host, port, databaseName, user and password instead';
  }
  if (!text.includes('@')) return undefined;
  return 'must not hold a user or a password; write them as user and password instead';
}

function passwordIn(
  name: string,
  folder: string,
  context: z.RefinementCtx,
): { password: string; passwordFrom: string } {
  const passwordFrom = resolve(folder, name);
  const read = readPasswordFile(passwordFrom);
  if ('password' in read) return { password: read.password, passwordFrom };
  const message = isPath(name)
    ? read.problem
    : 'this is not the name of a file (not shown, because it may be the password itself)';
  context.addIssue({ code: 'custom', message, params: { complete: true } });
  return z.NEVER;
}

/** Whether a text looks like a path. A password in place of a file name seldom does. */
function isPath(name: string): boolean {
  return /^[\w./\\:~-]*[./\\][\w./\\:~-]*$/.test(name);
}

/**
 * Reports contradictions. Runs even if a field is wrong, so that people see all mistakes at once; any field
 * may be missing.
 */
function refuseContradictions(fields: Partial<Fields>, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message, params: { complete: true } });
  const portInHost = typeof fields.host === 'object' ? fields.host.port : undefined;
  if (portInHost !== undefined && fields.port !== undefined && portInHost !== fields.port) {
    refuse('port', `${fields.port} contradicts the port ${portInHost} in host`);
  }
  if (fields.password !== undefined && fields.passwordFile !== undefined) {
    refuse('passwordFile', 'give either password or passwordFile, not both');
  }
}

function toParams(fields: Fields): ConnectionParams {
  const {
    host,
    port,
    databaseName,
    user,
    password,
    passwordFile,
    pooler,
    notifyDestination,
    name,
    paused,
    ssl,
  } = fields;
  const params = {
    host: host.host,
    port: host.port ?? port ?? defaultPort(),
    databaseName,
    user,
    password: typeof password === 'string' ? password : undefined,
    ...passwordFile,
    pooler,
    notifyDestination,
    name,
    paused: paused || undefined,
    tls: ssl,
  };
  return typeof password === 'function' ? withPasswordFunction(params, password) : params;
}

/** `PGPORT` when it is a port, else PostgreSQL's own. */
export function defaultPort(): number {
  const port = Number(process.env['PGPORT']);
  return Number.isInteger(port) && port >= 1 && port <= MAX_PORT ? port : DEFAULT_PORT;
}
