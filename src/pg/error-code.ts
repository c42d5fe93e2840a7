import { messageOf } from '../common/message-of.js';
import { OperatorError } from '../common/operator-error.js';
import { redact } from '../common/secrets.js';
import { CONNECTION_FAILURE, DEADLOCK_DETECTED, SERIALIZATION_FAILURE } from './sqlstate.js';

/** The connection has ended or is dead. Has a SQLSTATE, as an error of a server has. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly code = CONNECTION_FAILURE;
}

/** What pg 8.23 and Node's `AbortSignal.timeout` throw without a code. */
const WITHOUT_CODE: readonly (readonly [RegExp, string])[] = [
  [/timeout/i, 'ETIMEDOUT'],
  [/^Connection terminated|not queryable$|^There was an error establishing an SSL/, CONNECTION_FAILURE],
];

/** Connecting took longer than `connectTimeout`. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(timeoutMs: number) {
    super(`timeout: not connected after ${timeoutMs} ms`);
  }
}

/** The reason why a session has ended: an OperatorError as it is, any other error with a code. */
export function lossOf(reason: unknown): unknown {
  if (reason instanceof OperatorError || errorCode(reason) !== undefined) return reason;
  return new ConnectionLostError(messageOf(reason), { cause: reason });
}

/**
 * SQLSTATE or errno of an error or of its causes, if there is one. A code counts before the words of a
 * message: a message may quote that of its cause.
 */
export function errorCode(error: unknown): string | undefined {
  const chain = chainOf(error);
  for (const at of chain) if (hasOwnCode(at)) return (at as { code?: string }).code;
  return chain.flatMap(({ message }) => WITHOUT_CODE.filter(([text]) => text.test(message))).at(0)?.[1];
}

/** An error and its causes. */
function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : [];
}

/** Whether the error itself, not only a cause of it, has a SQLSTATE or errno. */
export function hasOwnCode(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
}

/**
 * Message of an error without secrets. Each thread must mask for itself, because each reads rotated passwords
 * itself.
 */
export function safeMessage(error: unknown): string {
  return redact(messageOf(error));
}

/** SQLSTATEs of a statement that a standby cancels because of its recovery. */
const RECOVERY_CONFLICTS: ReadonlySet<string | undefined> = new Set([
  SERIALIZATION_FAILURE,
  DEADLOCK_DETECTED,
]);

/**
 * Whether a statement that only reads was ended by a standby's recovery: the same statement may succeed next
 * time.
 */
export function isRecoveryConflict(error: unknown): boolean {
  return RECOVERY_CONFLICTS.has(errorCode(error));
}

/** Further fields of an error of a server (manual, "Error and Notice Message Fields"). */
export interface ServerErrorFields {
  readonly constraint?: string | undefined;
  readonly detail?: string | undefined;
  /** The context: functions, and for COPY the line of its data. */
  readonly where?: string | undefined;
  /** The function in the source of the server that raised it. It is the same in every language. */
  readonly routine?: string | undefined;
}

/** Reads these fields from an error, or from the first cause that has them. */
export function serverErrorFields(error: unknown): ServerErrorFields {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { constraint, detail, where, routine } = at as ServerErrorFields;
    if (constraint ?? detail ?? where ?? routine) return { constraint, detail, where, routine };
  }
  return {};
}
