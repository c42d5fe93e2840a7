// @ts-nocheck
import type { ConnectionParams } from '../pg/connection-params.js';
import { findConfigFile } from './find-file.js';
import { loadConfigFile } from './load-file.js';
import { COMMAND_KEYS } from './options.js';
import { parseConfig } from './parse-config.js';

/** What the loaders run with. */
export interface LoaderConfig {
  readonly eventSource: ConnectionParams;
  readonly connectTimeoutMs: number;
  /** Warnings for the operator. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration file of a loader, or a replicator's.
 * @throws ConfigurationError that lists every mistake.
 */
export async function loadLoaderConfig(name: string): Promise<LoaderConfig> {
  const file = findConfigFile(name);
  const raw = await loadConfigFile(file);
  const { values, warnings } = parseConfig(file, raw, COMMAND_KEYS['slate-loadPersonData']);
  return { eventSource: values.eventSource, connectTimeoutMs: values.connectTimeout, warnings };
}
