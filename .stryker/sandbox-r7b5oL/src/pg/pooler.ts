/**
 * Finds out, before anything is set, whether a transaction pooler answers. Such a pooler lends one server
 * session to many clients: our settings would apply to strangers, a lock would belong to nobody in
 * particular, and LISTEN would hear nothing.
 */
// @ts-nocheck

import { ConfigurationError } from '../common/operator-error.js';
import type { Connection } from './connection.js';
import { type ConnectionParams, describeDatabase } from './connection-params.js';

/** Signs by which a session shows whether a pooler stands between it and its server. */
export interface SessionSigns {
  /** The server process that was announced when the session was opened (BackendKeyData). */
  readonly announcedPid: number | null;
  /** The server processes that answered, in order. */
  readonly answeredBy: readonly number[];
  /** The server process that answered another session at the same time, if one was opened. */
  readonly besidePid?: number | undefined;
  /** Age of the server process, by the server's clock. */
  readonly backendAgeMs: number;
  /** Age of our connection. */
  readonly connectionAgeMs: number;
}

/** A server's clock may be set while we connect. */
const CLOCK_SLACK_MS = 2_000;

/**
 * @throws ConfigurationError if others may use the same session. If the operator declares a pooler in
 *   session mode, only proof of the contrary is refused.
 */
export function refusePooler(params: ConnectionParams, signs: SessionSigns): void {
  const proof = describeMove(signs.answeredBy) ?? describeSharing(signs);
  const seen = proof ?? (params.pooler === 'session' ? undefined : suspicion(signs));
  if (seen !== undefined) throw poolerRefusal(params, seen);
}

/** @throws ConfigurationError if an open session is served by another server process than before. */
export function refuseMovedSession({ params, backendPid }: Connection, pid: number | undefined): void {
  const move = pid === undefined || backendPid === undefined ? undefined : describeMove([backendPid, pid]);
  if (move !== undefined) throw poolerRefusal(params, move);
}

function poolerRefusal(params: ConnectionParams, seen: string): ConfigurationError {
  const message = `A connection pooler answers at ${describeDatabase(params)}: ${seen}.`;
  return new ConfigurationError(message, { hint: HINT });
}

const HINT =
  'Connect to the PostgreSQL server itself: its own host and port, not those of the pooler (PgBouncer, Supavisor, RDS Proxy …). ' +
  "If it is a pooler in session mode, declare it with pooler: 'session' in this connection (slate-init-db: --pooler session).";

function describeMove(pids: readonly number[]): string | undefined {
  if (new Set(pids).size === 1) return undefined;
  return `statements of one session were run by different server processes (${pids.join(', ')})`;
}

function describeSharing({ answeredBy, besidePid }: SessionSigns): string | undefined {
  if (besidePid === undefined || !answeredBy.includes(besidePid)) return undefined;
  return `server process ${besidePid} served two sessions at the same time`;
}

function suspicion({
  announcedPid,
  answeredBy,
  backendAgeMs,
  connectionAgeMs,
}: SessionSigns): string | undefined {
  const [pid] = answeredBy;
  if (announcedPid !== pid) {
    return `the session was given the number ${announcedPid ?? '(none)'}, but server process ${pid} answers`;
  }
  if (backendAgeMs <= connectionAgeMs + CLOCK_SLACK_MS) return undefined;
  return `server process ${pid} is ${Math.round(backendAgeMs / 1000)} s older than this connection`;
}
