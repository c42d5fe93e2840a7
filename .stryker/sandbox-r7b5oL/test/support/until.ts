// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 20;
const GIVE_UP_MS = 60_000;

/**
 * Waits until a condition holds, however long that takes within a minute.
 * @param describe says what was seen last, for the error.
 * @throws when it never held.
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  describe: () => string = () => '',
): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}. ${describe()}`);
    await sleep(LOOK_AGAIN_MS);
  }
}
