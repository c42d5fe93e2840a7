import { messageOf } from '../common/message-of.js';
import { OperatorError } from '../common/operator-error.js';
import { redact } from '../common/secrets.js';
import { CONNECTION_FAILURE, DEADLOCK_DETECTED, SERIALIZATION_FAILURE } from './sqlstate.js';

/**
 * The connection is gone, or nothing comes through it any more. It says so as a server would, by a SQLSTATE.
 */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly code = CONNECTION_FAILURE;
}

/** What pg 8.23 and Node's `AbortSignal.timeout` throw without a code. */
const WITHOUT_CODE: readonly (readonly [RegExp, string])[] = [
  [/timeout/i, 'ETIMEDOUT'],
  [/^Connection terminated|not queryable$|^There was an error establishing an SSL/, CONNECTION_FAILURE],
];

/** Nothing, or not enough, came from a server in the time that connecting may take. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(timeoutMs: number) {
    super(`timeout: not connected after ${timeoutMs} ms`);
  }
}

/** Why a session has ended: a refusal of ours as it is, anything else with a code. */
export function lossOf(reason: unknown): unknown {
  if (reason instanceof OperatorError || errorCode(reason) !== undefined) return reason;
  return new ConnectionLostError(messageOf(reason), { cause: reason });
}

/** SQLSTATE or errno of an error or of what caused it, if there is one. */
export function errorCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = ownCode(at);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** Whether an error itself has a SQLSTATE or errno: one of a server, of the network or of ours. */
export function hasOwnCode(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
}

function ownCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return WITHOUT_CODE.find(([text]) => text.test(error.message))?.[1];
}

/**
 * What an error says, without secrets that only this thread knows: each reads rotated passwords for itself.
 */
export function safeMessage(error: unknown): string {
  return redact(messageOf(error));
}

/**
 * SQLSTATEs of a standby that must clean up what a statement is reading.
 */
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

/** What a server says of an error beside its code and text: manual, "Error and Notice Message Fields". */
export interface ServerErrorFields {
  readonly constraint?: string | undefined;
  readonly detail?: string | undefined;
  /** The context: functions, and for COPY the line of its data. */
  readonly where?: string | undefined;
  /** The function of the server's source that raised it: the same in every language. */
  readonly routine?: string | undefined;
}

/** Those fields of an error, or of the cause that has them. */
export function serverErrorFields(error: unknown): ServerErrorFields {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { constraint, detail, where, routine } = at as ServerErrorFields;
    if (constraint ?? detail ?? where ?? routine) return { constraint, detail, where, routine };
  }
  return {};
}
