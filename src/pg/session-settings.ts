/**
 * The settings of our sessions: the only place that says what a session of any command is set to, whatever
 * the server, the database or the role was set to. Those that a major does not know are left out.
 */
import pg from 'pg';

/**
 * Every session: the server neither ends it nor hides rows from it, and it survives the errors that we
 * expect.
 */
const EVERY_SESSION = {
  // A server that would filter rows by a policy refuses the statement instead (SQLSTATE 42501,
  // check_enable_rls).
  row_security: 'off',
  exit_on_error: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0', // since 17
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0', // since 14
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Our statements are short. Where plans are forced by `enable_sort` and its kin, their cost seems so high
  // that the server would compile each of them, for half a second and more.
  jit: 'off',
  // A server that has lost this host must let go of its locks within half a minute. The last of these also
  // ends sessions that send while nobody reads: whoever reads must not pause.
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30000',
} as const;

/** Names in our SQL mean PostgreSQL's own objects; ours are written in full. */
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

/** What a new session shows of its server, before anything was set in it. */
export interface FirstLook {
  /** The server process that answers. */
  readonly pid: number;
  /** By the server's clock. */
  readonly backendAgeMs: bigint;
  readonly serverStartedAt: string;
  readonly searchPath: string;
  readonly serverEncoding: string;
}

/** Reads `FirstLook`: it means the same under every `search_path`, and leaves no trace. */
export const FIRST_LOOK_SQL = `
  SELECT pid, pg_catalog.current_setting('search_path') AS "searchPath",
         pg_catalog.current_setting('server_encoding') AS "serverEncoding",
         pg_catalog.encode(pg_catalog.timestamptz_send(pg_catalog.pg_postmaster_start_time()), 'hex') AS "serverStartedAt",
         (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) backend_start)
           OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8 AS "backendAgeMs"
    FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()`;

/** The server process that answers; it leaves no trace either. */
export const PID_SQL = 'SELECT pg_catalog.pg_backend_pid() AS pid';

/** What a session is for, as far as its settings go. */
export interface SessionPurpose {
  /** What this session needs beyond what every session has. */
  readonly settings?: Settings | undefined;
  /** Triggers of the database's owner run in this session from the outset: see `fireTriggersSql`. */
  readonly firesTriggers?: boolean | undefined;
}

/**
 * The statements that apply all settings of a new session. Those that this major does not know are skipped.
 */
export function applySettingsSql({ settings = {} }: SessionPurpose, { serverEncoding }: FirstLook): string[] {
  // Such a database holds bytes that need not be text in any encoding: they must pass as they are.
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
 * Makes a session one in which triggers of the database's owner may run: what their code may have been
 * written for is as the role and the database have it again. From then on our SQL names everything in full;
 * only `pg_catalog` comes before all of `search_path`, and `pg_temp` behind it.
 */
export function fireTriggersSql({ settings = {} }: SessionPurpose, { searchPath }: FirstLook): string {
  const path = pg.escapeLiteral(pathOfTriggers(searchPath));
  // What the session was asked for by name stays.
  const given = Object.keys(OUR_SQL).filter((name) => !Object.hasOwn(settings, name));
  const names = given.map((name) => pg.escapeLiteral(name));
  return `SELECT set_config(name, CASE name WHEN 'search_path' THEN ${path} ELSE reset_val END, false)
            FROM pg_settings WHERE name IN (${names.join(', ')})`;
}

/**
 * `pg_catalog` comes first where a path does not name it; named first, it would be where objects are created.
 */
function pathOfTriggers(searchPath: string): string {
  const schemas = searchPath.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [];
  const others = schemas.filter((schema) => !/^"?pg_(?:catalog|temp)"?$/i.test(schema));
  return [...others, 'pg_temp'].join(', ');
}
