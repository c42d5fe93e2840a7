// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecoveryConflict } from './error-code.js';

/** Pauses before a statement is run again: they grow. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 500];

/** If recovery cancels the same statement for this long, it will never succeed. */
const PATIENCE_MS = 30_000;

/**
 * Runs work that only reads. A hot standby cancels a statement that conflicts with its recovery; the work is
 * then run again, with growing pauses.
 * @throws any other error at once, and the conflict if it lasts longer than `patienceMs`.
 */
export async function despiteRecovery<T>(work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isRecoveryConflict(error) || performance.now() > giveUpAtMs) throw error;
    }
    await sleep(pauseMs);
  }
}
