// @ts-nocheck
import { unseen } from './unseen.js';

/**
 * Waits for several promises in their order. If several reject, it throws the error of the first in this
 * order, whichever came first in time: the later ones may only be a consequence.
 */
export async function inOrder<Answers extends readonly unknown[]>(
  answers: readonly [...{ [Index in keyof Answers]: Promise<Answers[Index]> }],
): Promise<Answers> {
  answers.forEach(unseen);
  const given: unknown[] = [];
  for (const answer of answers) given.push(await answer);
  return given as unknown as Answers;
}
