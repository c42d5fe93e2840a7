// @ts-nocheck
import type { ConnectionParams } from './connection-params.js';
import { INVALID_AUTHORIZATION, INVALID_CATALOG_NAME, INVALID_PASSWORD } from './sqlstate.js';

type Field = 'user' | 'password' | 'databaseName';

/** The fields that a server refused, by SQLSTATE. */
const REFUSED: Readonly<Record<string, readonly Field[]>> = {
  [INVALID_PASSWORD]: ['password', 'user'],
  [INVALID_AUTHORIZATION]: ['user'],
  [INVALID_CATALOG_NAME]: ['databaseName'],
};

/**
 * A hint for a refused field that holds an escape of a URL: version 0.1.4 pasted these fields into a URL.
 * @returns what to write instead; undefined if no refused field holds an escape.
 */
export function escapesHint(code: string | undefined, params: ConnectionParams): string | undefined {
  const refused = REFUSED[code ?? ''] ?? [];
  const escaped = refused.filter((field) => /%[0-9a-f]{2}/i.test(writtenIn(params, field)));
  if (escaped.length === 0) return undefined;
  const names = escaped.join(' and ');
  return (
    `Write the characters themselves in ${names}, for example @ instead of %40. ` +
    `Version 0.1.4 decoded URL escapes; this version takes ${names} exactly as written.`
  );
}

function writtenIn(params: ConnectionParams, field: Field): string {
  if (field === 'password' && params.passwordFrom !== undefined) return '';
  return params[field] ?? '';
}
