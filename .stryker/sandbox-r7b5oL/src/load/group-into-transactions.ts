// @ts-nocheck
import type { Operation } from './data/operation.js';

/**
 * A transaction with this many events takes no further operation, so that it stays small with large
 * operations.
 */
const ENOUGH_EVENTS = 1000;

/** Groups operations into transactions, in their order. */
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
