// @ts-nocheck
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled file of a shipped command. */
export function commandFile(name: 'slate-replicator' | 'slate-events-diff'): string {
  return fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
}

/** Writes a configuration that only this user can read: it holds passwords. @returns the file. */
export function writeConfiguration(folder: string, configuration: object): string {
  const file = join(folder, 'slate.json');
  writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
  return file;
}
