// @ts-nocheck
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../../src/common/operator-error.js';

/** A folder for configuration files that goes away with the test. */
export class ConfigFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'slate-config-'));

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** Writes a configuration as JSON and returns its path. */
  writeConfig(config: unknown): string {
    return this.write('config.json', JSON.stringify(config));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

export const SOURCE = { host: 'db1', databaseName: 'source' };
export const DESTINATION = { host: 'db2', databaseName: 'replica' };

/** The least that a replicator's file may hold. */
export const MINIMAL = { eventSource: SOURCE, replicationDestinations: [DESTINATION] };

/** The error with which a configuration is refused. */
export async function refusal(loading: Promise<unknown>): Promise<ConfigurationError> {
  const error = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ConfigurationError) return error;
  throw new Error('expected a ConfigurationError', { cause: error });
}
