/** Helpers that ask before an answer is needed, so that no server idles while answers of others travel. */
// @ts-nocheck

import { unseen } from '../../common/unseen.js';

/** Computes the first item before it is asked for. */
export function begun<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = unseen(items.next());
  return (async function* () {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* items;
  })();
}

/** Maps items in their order. `ahead` further items are begun behind the one that is awaited. */
export async function* mapAhead<T, R>(
  items: Iterable<T>,
  ahead: number,
  begin: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting: Promise<R>[] = [];
  for (const item of items) {
    waiting.push(unseen(begin(item)));
    const [next] = waiting;
    if (next === undefined || waiting.length <= ahead) continue;
    waiting.shift();
    yield await next;
  }
  for (const rest of waiting) yield await rest;
}
