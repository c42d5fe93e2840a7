import { AssertionError } from 'node:assert';

/**
 * Checks what cannot be otherwise unless this program is wrong.
 * @throws AssertionError with `text`, a sentence. It is reported as a bug, with its stack, and is not
 *   retried.
 */
export function assert(condition: boolean, text: string): asserts condition {
  if (!condition) throw new AssertionError({ message: text, stackStartFn: assert });
}
