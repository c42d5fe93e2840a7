import type { ConnectionParams } from '../pg/connection-params.js';
import { keepPasswordFunction, type PasswordFunction, passwordFunctionKey } from '../pg/password-function.js';

/** The functions of connections that were read, and their keys. Only functions of a valid file are called. */
const read = new WeakMap<object, readonly [key: string, passwordFunction: PasswordFunction]>();

/** The connection with the key of its function. */
export function withPasswordFunction(
  params: ConnectionParams,
  passwordFunction: PasswordFunction,
): ConnectionParams {
  const key = passwordFunctionKey(params);
  const withKey = { ...params, passwordFunction: key };
  read.set(withKey, [key, passwordFunction]);
  return withKey;
}

/**
 * Keeps the functions of all connections of a valid configuration. A file with mistakes that is read later
 * does not replace them.
 */
export function keepPasswordFunctions(values: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(values).flat()) {
    const found = read.get(value as object);
    if (found !== undefined) keepPasswordFunction(...found);
  }
}
