import type { SessionParams } from '../batch/write-task.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { CONTROL_APPLICATION, WRITER_APPLICATION } from '../destination/writer-lock.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { READING_SETTINGS } from '../source/events-sql.js';

/**
 * The server must never end these sessions for being slow or idle, but it must notice within half a minute when this
 * host is gone: until then they hold their locks.
 */
const PATIENT_SETTINGS = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30000',
} as const;

/** How each role connects; `application_name` tells them apart in `pg_stat_activity`. */
export function sessionsFor(config: ReplicatorConfig) {
  const session = (
    params: ConnectionParams,
    applicationName: string,
    settings: SessionParams['settings'],
  ) => ({
    params,
    applicationName,
    connectTimeoutMs: config.connectTimeoutMs,
    watched: true,
    settings: { ...PATIENT_SETTINGS, ...settings },
  });
  return {
    listener: session(config.eventSource, 'slate-replicator/listen', {}),
    reader: session(config.eventSource, 'slate-replicator/read', READING_SETTINGS),
    writer: (params: ConnectionParams) =>
      session(params, WRITER_APPLICATION + describeDatabase(params), {
        synchronous_commit: config.synchronousCommit,
      }),
    control: (params: ConnectionParams) =>
      session(params, CONTROL_APPLICATION + describeDatabase(params), {}),
  };
}
