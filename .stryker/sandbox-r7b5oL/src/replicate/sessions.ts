// @ts-nocheck
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { applicationName, type ConnectionParams } from '../pg/connection-params.js';
import { LONGEST_MESSAGE_BYTES } from '../pg/message-guard.js';
import type { SessionParams } from '../pg/session-params.js';
import { controlApplication, WRITER_APPLICATION } from '../schema/writer-lock.js';
import { READING_SETTINGS } from '../source/reading-sql.js';

/** How to open each kind of session. `application_name` tells them apart in `pg_stat_activity`. */
export function sessionsFor(config: ReplicatorConfig) {
  const session = (params: ConnectionParams, application: string, settings: SessionParams['settings']) => ({
    params,
    applicationName: application,
    connectTimeoutMs: config.connectTimeoutMs,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    settings,
  });
  return {
    listener: session(config.eventSource, 'slate-replicator/listen', {}),
    reader: {
      ...session(config.eventSource, 'slate-replicator/read', READING_SETTINGS),
      maxMessageBytes: LONGEST_MESSAGE_BYTES,
    },
    writer: (params: ConnectionParams) => ({
      ...session(params, applicationName(WRITER_APPLICATION, params), {
        synchronous_commit: config.synchronousCommit,
      }),
      firesTriggers: true,
    }),
    control: (params: ConnectionParams) => ({
      ...session(params, applicationName(controlApplication(config.heartbeatIntervalMs), params), {}),
      pipeline: true,
    }),
  };
}
