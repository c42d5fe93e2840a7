/**
 * The settings of our sessions, whatever the server, the database or the role set. This is the only place
 * that defines them. Settings that the major version does not know are left out.
 */
// @ts-nocheck

import pg from 'pg';

/**
 * Every session: the server neither ends it nor hides rows from it, and it survives the errors that we
 * expect.
 */
const EVERY_SESSION = {
  // The server then refuses a statement that a policy would filter (SQLSTATE 42501, check_enable_rls).
  row_security: 'off',
  exit_on_error: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0', // since 17
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0', // since 14
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Our statements are short. Settings such as `enable_sort = off` make their cost look so high that the
  // server would compile each statement, for half a second and more.
  jit: 'off',
  // A server that has lost this host must release its locks within half a minute. The last of these settings
  // also ends a session that sends while nobody reads, so a reader must not pause.
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30000',
} as const;

/** Names in our SQL mean objects of PostgreSQL; our own objects are written with their schema. */
const SAFE_SEARCH_PATH = 'pg_catalog, pg_temp';

/** Makes our SQL, and the text that servers answer with, mean the same everywhere. */
const OUR_SQL = {
  search_path: SAFE_SEARCH_PATH,
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  client_min_messages: 'warning',
} as const;

export type Settings = Readonly<Record<string, string>>;

/** What a new session shows about its server, before any setting is applied. */
export interface FirstLook {
  /** The server process that answers. */
  readonly pid: number;
  /** By the server's clock. */
  readonly backendAgeMs: bigint;
  readonly serverStartedAt: string;
  readonly searchPath: string;
  readonly serverEncoding: string;
}

/** Reads `FirstLook`. Means the same under every `search_path`, and changes nothing in the session. */
export const FIRST_LOOK_SQL = `
  SELECT pid, pg_catalog.current_setting('search_path') AS "searchPath",
         pg_catalog.current_setting('server_encoding') AS "serverEncoding",
         pg_catalog.encode(pg_catalog.timestamptz_send(pg_catalog.pg_postmaster_start_time()), 'hex') AS "serverStartedAt",
         (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) backend_start)
           OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8 AS "backendAgeMs"
    FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()`;

/** The server process that answers. Changes nothing in the session. */
export const PID_SQL = 'SELECT pg_catalog.pg_backend_pid() AS pid';

/** What the settings of a session depend on. */
export interface SessionPurpose {
  /** Settings of this session in addition to those of every session. */
  readonly settings?: Settings | undefined;
  /** Whether triggers of the owner of the database may run in this session: see `fireTriggersSql`. */
  readonly firesTriggers?: boolean | undefined;
}

/**
 * The statements that apply all settings of a new session. Those that this major does not know are skipped.
 */
export function applySettingsSql({ settings = {} }: SessionPurpose, { serverEncoding }: FirstLook): string[] {
  // A database in SQL_ASCII holds bytes that need not be text in any encoding. They must pass unchanged.
  const encoding = serverEncoding === 'SQL_ASCII' ? { client_encoding: 'SQL_ASCII' } : {};
  const all = Object.entries({ ...EVERY_SESSION, ...OUR_SQL, ...encoding, ...settings });
  const rows = all.map(([name, value]) => `(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)})`);
  return [
    `SET search_path TO ${SAFE_SEARCH_PATH}`,
    `SELECT set_config(name, wanted.value, false)
       FROM (VALUES ${rows.join(', ')}) AS wanted (name, value) JOIN pg_settings USING (name)`,
  ];
}

/**
 * Prepares a session in which triggers of the owner of the database may run: settings on which their code may
 * depend get the values of the role and the database again. From then on our SQL must name everything with
 * its schema. `pg_catalog` comes first in `search_path`, and `pg_temp` last.
 */
export function fireTriggersSql({ settings = {} }: SessionPurpose, { searchPath }: FirstLook): string {
  const path = pg.escapeLiteral(pathOfTriggers(searchPath));
  // Settings that the purpose of the session names stay.
  const given = Object.keys(OUR_SQL).filter((name) => !Object.hasOwn(settings, name));
  const names = given.map((name) => pg.escapeLiteral(name));
  return `SELECT set_config(name, CASE name WHEN 'search_path' THEN ${path} ELSE reset_val END, false)
            FROM pg_settings WHERE name IN (${names.join(', ')})`;
}

/**
 * The `search_path` for triggers. `pg_catalog` comes first if the path does not name it. Named first, it
 * would be the schema in which objects are created.
 */
function pathOfTriggers(searchPath: string): string {
  const schemas = searchPath.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [];
  const others = schemas.filter((schema) => !/^"?pg_(?:catalog|temp)"?$/i.test(schema));
  return [...others, 'pg_temp'].join(', ');
}
