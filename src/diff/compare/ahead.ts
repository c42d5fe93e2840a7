/**
 * What is asked for before it is needed, so that no server waits while the answers to others are on their
 * way.
 */
import { unseen } from '../../common/unseen.js';

/** Begins with the first item before anybody asks for it. */
export function begun<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = unseen(items.next());
  return (async function* () {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* items;
  })();
}

/** Maps items, in their order; `ahead` more of them are begun behind the one that is awaited. */
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
