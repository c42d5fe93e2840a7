import type { Operation } from './data/operation.js';

/**
 * A transaction takes no further operation once it holds so many events, so that it stays small with large
 * operations.
 */
const ENOUGH_EVENTS = 1000;

/** Operations in their order, as many to a transaction as wanted. */
export function* groupIntoTransactions(
  operations: Iterable<Operation>,
  operationsPerTransaction: number,
): Generator<Operation[], void> {
  let group: Operation[] = [];
  let events = 0;
  for (const operation of operations) {
    group.push(operation);
    events += operation.events.length;
    if (group.length < operationsPerTransaction && events < ENOUGH_EVENTS) continue;
    yield group;
    group = [];
    events = 0;
  }
  if (group.length > 0) yield group;
}
