import { messageOf } from '../common/message-of.js';
import { OperatorError } from '../common/operator-error.js';
import { redact } from '../common/secrets.js';
import { errorCode } from '../pg/error-code.js';

/** An error as it is shown: without secrets. */
export interface ToldError {
  readonly message: string;
  readonly hint: string | undefined;
  /** SQLSTATE, if a server sent the error. */
  readonly sqlstate: string | undefined;
  readonly at: Date;
}

/** What an error is, for people who look at the state. */
export function tellError(error: unknown, at: Date): ToldError {
  const hint = error instanceof OperatorError ? error.hint : undefined;
  return {
    message: redact(messageOf(error)),
    hint: hint === undefined ? undefined : redact(hint),
    sqlstate: sqlstateOf(error),
    at,
  };
}

/** No class of SQLSTATEs begins with E: those are codes of the operating system, as EPIPE. */
const SQLSTATE = /^(?!E)[0-9A-Z]{5}$/;

function sqlstateOf(error: unknown): string | undefined {
  const code = errorCode(error);
  return code !== undefined && SQLSTATE.test(code) ? code : undefined;
}

/** The class of an error's SQLSTATE: its first two characters. `none` for an error without SQLSTATE. */
export function sqlstateClass({ sqlstate }: Pick<ToldError, 'sqlstate'>): string {
  return sqlstate?.slice(0, 2) ?? 'none';
}
