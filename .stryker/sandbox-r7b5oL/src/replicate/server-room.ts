/**
 * Finds out how many sessions the servers have room for, before anything is copied. A run that does not fit
 * would starve some of its destinations, or leave applications without a connection.
 */
// @ts-nocheck

import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import type { Connection } from '../pg/connection.js';
import { type ConnectionParams, hostAndPort } from '../pg/connection-params.js';
import type { EventSource } from '../source/event-source.js';
import type { SessionNeed } from './session-needs.js';

/** A limit of a role or a database, set by its CONNECTION LIMIT. */
export interface OwnLimit {
  readonly kind: 'role' | 'database';
  readonly name: string;
  readonly limit: number;
  /** Sessions of others. */
  readonly inUse: number;
  readonly needed: number;
}

/** The limits of one server, and the sessions that a run needs on it. */
export interface ServerRoom {
  /** `host:port`, as the configuration names it first. */
  readonly server: string;
  readonly needs: readonly SessionNeed[];
  readonly maxConnections: number;
  /**
   * Connections of these that are reserved for superusers, and from PostgreSQL 16 on for roles with
   * `pg_use_reserved_connections`.
   */
  readonly reserved: number;
  /** Sessions of others. */
  readonly inUse: number;
  /** Empty for a superuser, to whom these limits do not apply. */
  readonly limits: readonly OwnLimit[];
}

/** Answer of a server to one role. */
interface Answer extends Omit<ServerRoom, 'limits'> {
  readonly startedAt: string;
  readonly limits: readonly Omit<OwnLimit, 'needed'>[];
}

/**
 * `$1`: the destinations. Sessions that an earlier run has left there do not count: they are about to end.
 * `$2`: the databases to which the role would connect. An ordinary role does not see `backend_type` of the
 * sessions of other roles, so a few workers and walsenders may count as sessions.
 */
const LIMITS_SQL = `
  WITH others AS (
    SELECT a.usesysid, d.datname FROM pg_stat_activity a JOIN pg_database d ON d.oid = a.datid
     WHERE a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
       AND COALESCE(a.backend_type, 'client backend') = 'client backend'
       AND NOT (d.datname = ANY ($1::name[]) AND starts_with(a.application_name, 'slate-replicator'))
  ), limited AS (
    SELECT 'role' AS kind, r.rolname AS name, r.rolconnlimit AS "limit", (SELECT count(*) FROM others WHERE usesysid = r.oid) AS "inUse"
      FROM pg_roles r WHERE r.rolname = current_user
    UNION ALL
    SELECT 'database', d.datname, d.datconnlimit, (SELECT count(*) FROM others o WHERE o.datname = d.datname)
      FROM pg_database d WHERE d.datname = ANY ($2::name[])
  )
  SELECT json_build_object(
           'maxConnections', current_setting('max_connections')::int,
           'reserved', current_setting('superuser_reserved_connections')::int
                       + COALESCE(current_setting('reserved_connections', true)::int, 0),
           'inUse', (SELECT count(*) FROM others),
           'limits', COALESCE(json_agg(limited) FILTER (WHERE "limit" >= 0 AND NOT rolsuper), '[]'))::text AS answer
    FROM limited, pg_roles WHERE rolname = current_user`;

/** A server that has not answered by then is left out, so that it does not hold back the others. */
const ANSWER_MS = 2_000;

/** The sessions in which servers are asked: the first sessions of the run, which it goes on to use. */
export interface RoomSessions {
  readonly source: Pick<EventSource, 'ask'>;
  /** @throws what keeps it from being opened. */
  readonly ofDestination: (params: ConnectionParams) => Promise<Connection>;
}

/**
 * Asks the servers for their room, once per host, port and user. Names that lead to the same server are
 * merged. A server that cannot be asked is left out: the next attempt to connect says why.
 * @throws the reason of the signal.
 */
export async function askForRoom(
  needs: readonly SessionNeed[],
  sessions: RoomSessions,
  stop: AbortSignal,
): Promise<ServerRoom[]> {
  const groups = groupBy(needs, ({ params }) => `${hostAndPort(params)} ${params.user ?? ''}`);
  const written = needs.filter(({ kind }) => kind === 'destination').map(({ params }) => params.databaseName);
  using deadline = new Deadline(ANSWER_MS, { or: stop });
  const ask = (group: readonly SessionNeed[]) => {
    const question = (connection: Connection) => readRoom(connection, group, written);
    return askOne(group, ({ kind, params }) => {
      const { source, ofDestination } = sessions;
      const asking = kind === 'source' ? source.ask(question) : ofDestination(params).then(question);
      return orAborted(asking, deadline.signal);
    });
  };
  const answers = await Promise.all([...groups.values()].map(ask));
  stop.throwIfAborted();
  const servers = groupBy(answers.flat(), ({ startedAt }) => startedAt);
  return [...servers.values()].flatMap(merged);
}

/**
 * Tries one session after the other until one answers. If one cannot be opened, the reason may be its
 * database alone.
 */
async function askOne(
  needs: readonly SessionNeed[],
  ask: (need: SessionNeed) => Promise<Answer>,
): Promise<Answer[]> {
  for (const need of needs) {
    const answer = await ask(need).catch(() => undefined);
    if (answer !== undefined) return [answer];
  }
  return [];
}

async function readRoom(
  connection: Connection,
  needs: readonly SessionNeed[],
  written: readonly string[],
): Promise<Answer> {
  const databases = needs.map(({ params }) => params.databaseName);
  const [row] = await connection.query<{ answer: string }>(LIMITS_SQL, [written, databases]);
  const startedAt = connection.serverStartedAt ?? '';
  return { ...JSON.parse(row?.answer ?? '{}'), server: hostAndPort(connection.params), needs, startedAt };
}

/** Merges the answers of one server that was asked under several names, or by several roles. */
function merged(answers: readonly Answer[]): ServerRoom[] {
  const [first] = answers;
  if (first === undefined) return [];
  const { server, maxConnections, reserved } = first;
  const limits = groupBy(
    answers.flatMap((answer) =>
      answer.limits.map((limit) => ({ ...limit, needed: neededOf(limit, answer.needs) })),
    ),
    ({ kind, name }) => `${kind} ${name}`,
  );
  return [
    {
      server,
      needs: answers.flatMap(({ needs }) => needs),
      maxConnections,
      reserved,
      inUse: Math.min(...answers.map(({ inUse }) => inUse)),
      limits: [...limits.values()].flatMap(added),
    },
  ];
}

function added([first, ...others]: readonly OwnLimit[]): OwnLimit[] {
  if (first === undefined) return [];
  return [{ ...first, needed: others.reduce((sum, { needed }) => sum + needed, first.needed) }];
}

function neededOf({ kind, name }: Omit<OwnLimit, 'needed'>, needs: readonly SessionNeed[]): number {
  return sessionsOf(kind === 'role' ? needs : needs.filter(({ params }) => params.databaseName === name));
}

/** Adds up the sessions. Sessions that the destinations of a server share count once. */
export function sessionsOf(needs: readonly SessionNeed[]): number {
  const shared = new Map(needs.map(({ params, shared }) => [hostAndPort(params), shared]));
  const own = needs.reduce((sum, { sessions }) => sum + sessions, 0);
  return [...shared.values()].reduce((sum, count) => sum + count, own);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
