// @ts-nocheck
import type { StatsRow } from './testing-stats-sql.js';

/**
 * Says which operation is broken and how. `event` is the first event that does not continue `previous`
 * correctly.
 * @param event undefined if the table ends after `previous`.
 */
export function explainBrokenOperation(previous: StatsRow | undefined, event: StatsRow | undefined): string {
  if (event === undefined) return `${cutShort(previous)}, where the table ends`;
  if (event.operation === null) return `event ${event.id} has no testingStats`;
  if (event.num === null || event.count === null)
    return `event ${event.id} of ${nameOperation(event)} has no valid dbOperationEventNum and dbOperationEventCount`;
  if (event.num > event.count)
    return `${nameOperation(event)} has ${event.count} events, but event ${event.id} is number ${event.num}`;
  const expectedId = (previous?.id ?? 0n) + 1n;
  if (event.id !== expectedId) return missingIds(previous, event, { from: expectedId, to: event.id - 1n });
  return outOfOrder(previous, event);
}

function missingIds(
  previous: StatsRow | undefined,
  event: StatsRow,
  { from, to }: { from: bigint; to: bigint },
): string {
  const ids = from === to ? `id ${from} is missing` : `ids ${from} to ${to} are missing`;
  return isComplete(previous) ? `${ids} before ${nameOperation(event)}` : `${cutShort(previous)}: ${ids}`;
}

function outOfOrder(previous: StatsRow | undefined, event: StatsRow): string {
  if (event.num === 1) return `${cutShort(previous)}: with id ${event.id} begins ${nameOperation(event)}`;
  const here = `${nameOperation(event)}: event ${event.id} is number ${event.num}`;
  if (previous === undefined) return `${here}, but the first of the table`;
  if (previous.operationId !== event.operationId)
    return `${here}, but the one before it is of ${nameOperation(previous)}`;
  if (previous.num !== null && event.num === previous.num + 1)
    return `${nameOperation(event)}: the testingStats of event ${event.id} are not those of the event before it`;
  return `${here}, but the one before it is number ${previous.num}`;
}

function isComplete(row: StatsRow | undefined): boolean {
  return row === undefined || row.num === row.count;
}

function cutShort(row: StatsRow | undefined): string {
  return row === undefined
    ? 'nothing'
    : `${nameOperation(row)} stops after number ${row.num} of ${row.count}, event ${row.id}`;
}

/** What a message calls an operation. */
export function nameOperation({ programId, operationNum, operationId }: StatsRow): string {
  return `operation ${operationNum} (${operationId}) of program ${programId}`;
}
