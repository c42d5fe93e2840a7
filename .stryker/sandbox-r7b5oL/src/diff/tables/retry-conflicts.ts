// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../../common/back-off.js';
import { errorCode } from '../../pg/error-code.js';

/** With pauses that grow to three seconds, about eight seconds in all. */
const ATTEMPTS = 8;

export interface RetryConflictsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called each time before it reads again. */
  readonly onConflict?: (() => void) | undefined;
}

/** Whether a server cancelled a statement because it conflicts with something else. */
export function isConflict(error: unknown): boolean {
  return errorCode(error)?.startsWith('40') === true;
}

/**
 * Reads again, a few times, if the server cancels the statement because of a conflict (SQLSTATE class 40). A
 * hot standby does so when it applies a clean-up of its primary; each attempt gets a newer snapshot.
 * @throws the error of the last attempt, any other error at once, or an AbortError.
 */
export async function retryConflicts<T>(
  read: () => Promise<T>,
  { signal, onConflict }: RetryConflictsOptions = {},
): Promise<T> {
  const backOff = new BackOff();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error;
      await sleep(backOff.nextMs(), undefined, { signal });
      onConflict?.();
    }
  }
}
