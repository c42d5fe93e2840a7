import { setTimeout as sleep } from 'node:timers/promises';
import { isRecoveryConflict } from './error-code.js';

/** Pauses before a statement is run again: they grow. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 500];

/** Recovery that ends the same statement for so long leaves it no chance. */
const PATIENCE_MS = 30_000;

/**
 * Runs work that only reads. A hot standby ends a statement where its recovery must go on; the work is run
 * again then, with growing pauses.
 * @throws what else made it fail, and the conflict itself when that lasts longer than `patienceMs`.
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
