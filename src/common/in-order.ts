import { unseen } from './unseen.js';

/**
 * Waits for answers that are under way, one after the other. Of several that fail, the first one's error is
 * thrown, whichever came first: what fails later may only be a consequence.
 */
export async function inOrder<Answers extends readonly unknown[]>(
  answers: readonly [...{ [Index in keyof Answers]: Promise<Answers[Index]> }],
): Promise<Answers> {
  answers.forEach(unseen);
  const given: unknown[] = [];
  for (const answer of answers) given.push(await answer);
  return given as unknown as Answers;
}
