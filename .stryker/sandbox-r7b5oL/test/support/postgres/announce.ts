/** Shows people what is going on. */
// @ts-nocheck

export type Say = (text: string) => void;

const REPEAT_AFTER_MS = 1_500;

/** Does some work, and says so at its start and again and again while it lasts: silence would look like a hang. */
export async function announced<T>(say: Say, doing: string, work: () => Promise<T>): Promise<T> {
  say(`${doing} …`);
  const startedAt = performance.now();
  const repeat = setInterval(() => {
    say(`${doing}: still at it after ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }, REPEAT_AFTER_MS);
  try {
    return await work();
  } finally {
    clearInterval(repeat);
  }
}

/** For servers that start in the middle of a test. */
export function saysNothing(): void {}
