// @ts-nocheck
import type { ConnectionParams } from '../pg/connection-params.js';
import { findConfigFile } from './find-file.js';
import { loadConfigFile } from './load-file.js';
import { isNotGiven } from './not-given.js';
import { COMMAND_KEYS } from './options.js';
import { parseConfig } from './parse-config.js';

/** What `slate-replicator` runs with: read from a file, validated, defaults filled in. */
export interface ReplicatorConfig {
  readonly eventSource: ConnectionParams;
  readonly replicationDestinations: readonly ConnectionParams[];
  /** A batch holds at most this many events, unless one transaction alone is larger. */
  readonly maxEventsPerWrite: number;
  readonly connectTimeoutMs: number;
  /** Shortest time between two summary records of a destination. */
  readonly logIntervalMs: number;
  /** How often the source is queried even if no notification arrives. */
  readonly pollIntervalMs: number;
  /** The same for a source that is a hot standby, which cannot notify. */
  readonly standbyPollIntervalMs: number;
  /** How often each session is checked. */
  readonly heartbeatIntervalMs: number;
  readonly onError: 'exit' | 'retry';
  /** Parallel COPYs into one destination that is far behind. */
  readonly lanes: number;
  /** Worker threads of the pool. */
  readonly threads: number;
  /** Bytes of events held in memory for all destinations together. */
  readonly memoryBudgetBytes: number;
  /** `synchronous_commit` of the sessions that write. */
  readonly synchronousCommit: 'off' | 'local' | 'remote_write' | 'on' | 'remote_apply';
  /** Build the secondary indexes of an empty destination after its first load. */
  readonly deferIndexes: boolean;
  /** Corrections of the configuration, for the log. */
  readonly warnings: readonly string[];
}

/** How often a hot standby is polled: only polling finds new events there, and it costs one query. */
const STANDBY_POLL_INTERVAL_MS = 1_000;

const MEBIBYTE = 1024 * 1024;

/**
 * Reads the configuration file of `slate-replicator`.
 * @throws ConfigurationError that lists every mistake.
 */
export async function loadReplicatorConfig(name: string): Promise<ReplicatorConfig> {
  const file = findConfigFile(name);
  const raw = await loadConfigFile(file);
  const { values, warnings } = parseConfig(file, raw, COMMAND_KEYS['slate-replicator']);
  const { connectTimeout, logInterval, pollInterval, heartbeatInterval, memoryBudgetMb, ...same } = values;
  return {
    ...same,
    connectTimeoutMs: connectTimeout,
    logIntervalMs: logInterval,
    pollIntervalMs: pollInterval,
    standbyPollIntervalMs: isNotGiven(raw['pollInterval']) ? STANDBY_POLL_INTERVAL_MS : pollInterval,
    heartbeatIntervalMs: heartbeatInterval,
    memoryBudgetBytes: memoryBudgetMb * MEBIBYTE,
    warnings,
  };
}
