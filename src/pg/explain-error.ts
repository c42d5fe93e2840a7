import pg from 'pg';
import { BugError, isBug } from '../common/bug.js';
import { OperatorError } from '../common/operator-error.js';
import { type ConnectionParams, describeDatabase } from './connection-params.js';
import { hintToNameRole, userIfKnown } from './credentials.js';
import { errorCode, serverErrorFields } from './error-code.js';
import { MissingPasswordError } from './login.js';
import {
  INSUFFICIENT_PRIVILEGE,
  INVALID_AUTHORIZATION,
  INVALID_CATALOG_NAME,
  INVALID_PASSWORD,
  PROTOCOL_VIOLATION,
  READ_ONLY_SQL_TRANSACTION,
  SERIALIZATION_FAILURE,
  SQLCLIENT_UNABLE_TO_CONNECT,
  TOO_MANY_CONNECTIONS,
  UNDEFINED_COLUMN,
  UNDEFINED_TABLE,
} from './sqlstate.js';
import { escapesHint } from './url-escapes.js';

export interface ErrorContext {
  /** What was being done, as a phrase that ends before the database: 'connect to', 'read events from'. */
  doing: string;
  params: ConnectionParams;
}

const UNTRUSTED =
  "The server's certificate was not signed by ssl.rootCertificate. Check that the file holds the right authority.";
/** pg gives this error no code. */
const NO_TLS = 'NO_TLS';
/** SQLSTATE 28P01 too, but there is no password to check. */
const NO_PASSWORD = 'NO_PASSWORD';
/** SQLSTATE 42501 too, but no GRANT helps. */
const ROW_SECURITY = 'ROW_SECURITY';

/** What to do where policies hide rows. */
export const ROW_SECURITY_HINT =
  'Use a role that sees all rows (ALTER ROLE … BYPASSRLS, or the owner of a table without FORCE ROW LEVEL SECURITY), or turn row-level security off for the table.';

/** What to do about a login that may be accepted at the next attempt. */
function hintAtNextAttempt({ passwordFrom, passwordFunction }: ConnectionParams): string {
  if (passwordFunction !== undefined)
    return 'Correct the function given as password, or what it asks. It is called at each attempt, and may take as long as connectTimeout.';
  if (passwordFrom !== undefined)
    return 'The password in passwordFile is missing or was refused. Correct the file: it is read again at each attempt.';
  return 'Somebody may be changing the password or the rules for logins. A new password in the configuration file or in PGPASSWORD is read at a restart, and .pgpass at each attempt.';
}

/** What to do about the errors people meet first; anything else speaks for itself. */
const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Check host and port, and that PostgreSQL is running there and listens on that address.',
  ENOTFOUND: 'Check the host name.',
  EAI_AGAIN: 'The host name could not be resolved. Check it, and the name server.',
  ETIMEDOUT: 'The host does not answer. Check host, port and firewall, or raise connectTimeout.',
  EHOSTUNREACH: 'There is no route to the host. Check its name, and the network.',
  [INVALID_PASSWORD]: 'Check user and password. A password is taken exactly as it is written.',
  [INVALID_AUTHORIZATION]: "Check user, and the server's pg_hba.conf.",
  [READ_ONLY_SQL_TRANSACTION]:
    'The database is read-only: it is a standby, or default_transaction_read_only is on.',
  [INVALID_CATALOG_NAME]: 'Check databaseName, or create the database with slate-init-db.',
  [SERIALIZATION_FAILURE]:
    'The standby cancelled the statement to continue its recovery. Raise max_standby_streaming_delay there, or set hot_standby_feedback.',
  [INSUFFICIENT_PRIVILEGE]:
    'The role lacks a privilege. docs/operations.md lists the GRANTs that it needs, under "Rights".',
  [UNDEFINED_TABLE]: 'Create the events table with slate-init-db, or check databaseName.',
  [UNDEFINED_COLUMN]: 'The events table must have the columns id bigint, ts timestamptz, event jsonb.',
  [TOO_MANY_CONNECTIONS]:
    'The server has no free connection. Raise max_connections, or use fewer connections.',
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: "Renew the server's certificate.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Use a host that the certificate names, or ssl mode verify-ca, which accepts any name.',
  [PROTOCOL_VIOLATION]:
    'Check that this is a PostgreSQL server, and that nothing in between changes what it sends. Only this session is affected.',
  [ROW_SECURITY]: ROW_SECURITY_HINT,
  [NO_TLS]: "Turn TLS on in the server (ssl = on), or use ssl mode 'prefer' or 'disable'.",
  [NO_PASSWORD]:
    'Give the password as password or passwordFile in the configuration file (slate-init-db: --password), in PGPASSWORD or in .pgpass.',
};

/** The database from which an error came, so that code that works with two databases need not know. */
const sides = new WeakMap<Error, ConnectionParams>();

/** Notes from which database an error came. The first note counts. @returns the error. */
export function tellSide(error: unknown, params: ConnectionParams): unknown {
  if (error instanceof Error && !sides.has(error)) sides.set(error, params);
  return error;
}

function sideOf(error: unknown): ConnectionParams | undefined {
  return error instanceof Error ? (sides.get(error) ?? sideOf(error.cause)) : undefined;
}

/** Turns an error of pg or the network into one that says what failed, where, and what to do. */
export function explainDatabaseError(error: unknown, context: ErrorContext): OperatorError {
  if (error instanceof OperatorError) return error;
  if (isBug(error)) return new BugError(error);
  const message = error instanceof Error ? error.message || firstCauseMessage(error) : String(error);
  const code = codeOf(error, message);
  const params = sideOf(error) ?? context.params;
  const user = userIfKnown(params);
  const where = `${describeDatabase(params)}${user === undefined ? '' : ` as user "${user}"`}`;
  const suffix = code === undefined ? '' : ` [${code}]`;
  const hints = [
    escapesHint(code, params) ?? hintOf(error, code, params),
    hintToNameRole(code, params),
  ].filter((hint) => hint !== undefined);
  const problem = `Cannot ${context.doing} ${where}: ${message}${suffix}`;
  const mayNotConnect = context.doing === 'connect to' && code === INSUFFICIENT_PRIVILEGE;
  return new OperatorError(problem, {
    cause: error,
    findings: mayNotConnect ? [{ problem, mend: grantConnect(params, user) }] : [],
    hint: hints.length === 0 ? undefined : hints.join(' '),
  });
}

function hintOf(error: unknown, code: string | undefined, params: ConnectionParams): string | undefined {
  return code === SQLCLIENT_UNABLE_TO_CONNECT ? hintAtNextAttempt(params) : HINTS[hintKey(error, code)];
}

function grantConnect({ databaseName }: ConnectionParams, user: string | undefined): string[] {
  if (user === undefined) return [];
  const [database, role] = [databaseName, user].map((name) => pg.escapeIdentifier(name));
  return [`GRANT CONNECT ON DATABASE ${database} TO ${role};`];
}

/** Key of the hint for an error: its code, or a name of our own if the code alone does not say what to do. */
function hintKey(error: unknown, code = ''): string {
  if (error instanceof MissingPasswordError) return NO_PASSWORD;
  // The server's function that refuses to read what a policy would filter.
  return serverErrorFields(error).routine === 'check_enable_rls' ? ROW_SECURITY : code;
}

/** Node reports a refused dual-stack connection as an AggregateError with an empty message. */
function firstCauseMessage(error: Error): string {
  const inner = (error as AggregateError).errors;
  return Array.isArray(inner) && inner[0] instanceof Error ? inner[0].message : error.name;
}

/** pg reports without a code that a server has no TLS. */
function codeOf(error: unknown, message: string): string | undefined {
  if (/server does not support SSL/.test(message)) return NO_TLS;
  return errorCode(error);
}
