import type { ConnectionParams } from '../pg/connection-params.js';
import { findConfigFile } from './find-file.js';
import { loadConfigFile } from './load-file.js';
import { COMMAND_KEYS } from './options.js';
import { parseConfig } from './parse-config.js';

/** What `slate-hold` runs with. */
export interface HoldConfig {
  readonly replicationDestinations: readonly ConnectionParams[];
  readonly connectTimeoutMs: number;
  /** Warnings for the operator. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration file of a replicator for `slate-hold`.
 * @throws ConfigurationError that lists every mistake.
 */
export async function loadHoldConfig(name: string): Promise<HoldConfig> {
  const file = findConfigFile(name);
  const raw = await loadConfigFile(file);
  const { values, warnings } = parseConfig(file, raw, COMMAND_KEYS['slate-hold']);
  const { replicationDestinations, connectTimeout } = values;
  return { replicationDestinations, connectTimeoutMs: connectTimeout, warnings };
}
