import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import {
  keepPasswordFunction,
  type PasswordFunction,
  passwordFunctionKey,
} from '../../../src/pg/password-function.js';

/** The connection, with a function instead of its password. */
export function withPasswordFunction(
  { password: _, ...params }: ConnectionParams,
  passwordFunction: PasswordFunction,
): ConnectionParams {
  const key = passwordFunctionKey(params);
  keepPasswordFunction(key, passwordFunction);
  return { ...params, passwordFunction: key };
}
