import type { ConnectionParams } from '../pg/connection-params.js';
import { keepPasswordFunction, type PasswordFunction, passwordFunctionKey } from '../pg/password-function.js';

/** The functions of connections that were read. They are called only if the whole file is valid. */
const read = new WeakMap<object, PasswordFunction>();

/** The connection with the key of its function. */
export function withPasswordFunction(
  params: ConnectionParams,
  passwordFunction: PasswordFunction,
): ConnectionParams {
  const withKey = { ...params, passwordFunction: passwordFunctionKey(params) };
  read.set(withKey, passwordFunction);
  return withKey;
}

/**
 * Keeps the functions of all connections of a valid configuration. A file with mistakes that is read later
 * does not replace them.
 */
export function keepPasswordFunctions(values: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(values).flat()) {
    const passwordFunction = typeof value === 'object' && value !== null ? read.get(value) : undefined;
    const { passwordFunction: key } = (value ?? {}) as Partial<ConnectionParams>;
    if (passwordFunction !== undefined && key !== undefined) keepPasswordFunction(key, passwordFunction);
  }
}
