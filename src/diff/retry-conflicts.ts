import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../lifecycle/back-off.js';
import { errorCode } from '../pg/error-code.js';

const ATTEMPTS = 6;

/**
 * Reads again, a few times, what a server cancelled because it conflicts with something else (SQLSTATE class 40). A hot
 * standby does so when it applies what its primary has cleaned up; each attempt gets a newer snapshot.
 * @throws the error of the last attempt, any other error at once, or the signal's reason.
 */
export async function retryConflicts<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const backOff = new BackOff();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !errorCode(error)?.startsWith('40')) throw error;
      await sleep(backOff.nextMs(), undefined, { signal });
    }
  }
}
