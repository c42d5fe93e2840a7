// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

/** Asks again and again until it is so. @throws the reason of `stop`. */
export async function waitUntil(stop: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    await sleep(POLL_MS);
    stop.throwIfAborted();
  }
}
