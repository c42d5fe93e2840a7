import { registerPublicWord, registerSecret } from '../lifecycle/secrets.js';
import { isRecord, type RawConfig } from './load-file.js';

const PUBLIC_FIELDS = ['host', 'databaseName', 'user'];

/** Tells what may be printed from what may not, before anything is printed about a configuration. */
export function registerNamesAndSecrets(raw: RawConfig): void {
  registerSecret(process.env['PGPASSWORD']);
  for (const connection of Object.values(raw).flat().filter(isRecord)) {
    for (const field of PUBLIC_FIELDS) registerPublicWord(textOf(connection[field]));
    registerSecret(textOf(connection['password']));
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
