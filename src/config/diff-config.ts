import type { ConnectionParams } from '../pg/connection-params.js';
import { findConfigFile } from './find-file.js';
import { loadConfigFile, type RawConfig } from './load-file.js';
import { isNotGiven } from './not-given.js';
import { parseConfig } from './parse-config.js';

/** What `slate-eventsDiff` runs with. */
export interface DiffConfig {
  readonly left: ConnectionParams;
  /** Each is compared with `left`. */
  readonly rights: readonly ConnectionParams[];
  readonly maxEventsPerRead: number;
  /** Stop after this many differences. Without it, all are reported. */
  readonly maxDiffs?: number | undefined;
  readonly connectTimeoutMs: number;
  /** Corrections of the configuration, for the log. */
  readonly warnings: readonly string[];
}

const COMMON_KEYS = ['maxEventsPerRead', 'maxDiffs', 'connectTimeout'] as const;

/**
 * Reads the configuration file of `slate-eventsDiff`, or a replicator's: then the source is compared with
 * every destination.
 * @throws ConfigurationError that lists every mistake.
 */
export async function loadDiffConfig(name: string): Promise<DiffConfig> {
  const file = findConfigFile(name);
  const raw = await loadConfigFile(file);
  return !isNotGiven(raw['events1Params']) || !isNotGiven(raw['events2Params'])
    ? ownConfig(file, raw)
    : replicatorsConfig(file, raw);
}

function ownConfig(file: string, raw: RawConfig): DiffConfig {
  const { values, warnings } = parseConfig(file, raw, ['events1Params', 'events2Params', ...COMMON_KEYS]);
  return { left: values.events1Params, rights: [values.events2Params], ...common(values), warnings };
}

function replicatorsConfig(file: string, raw: RawConfig): DiffConfig {
  const { values, warnings } = parseConfig(file, raw, [
    'eventSource',
    'replicationDestinations',
    ...COMMON_KEYS,
  ]);
  return { left: values.eventSource, rights: values.replicationDestinations, ...common(values), warnings };
}

function common(values: { maxEventsPerRead: number; maxDiffs: number | undefined; connectTimeout: number }) {
  const { maxEventsPerRead, maxDiffs, connectTimeout } = values;
  return { maxEventsPerRead, connectTimeoutMs: connectTimeout, maxDiffs };
}
