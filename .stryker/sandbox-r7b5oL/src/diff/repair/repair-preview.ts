// @ts-nocheck
import { printable } from '../../cli/printable.js';
import type { Comparison } from '../compare/comparison.js';
import type { DifferenceKind } from '../compare/difference.js';
import type { EventExample, NewEvent } from '../compare/examples.js';
import { events } from '../report/describe.js';
import type { RepairPlan, RepairStep } from './repair-plan.js';

/** How many events are shown, shared among the steps of the repair. */
const SHOWN_EVENTS = 10;

/**
 * Describes what a repair would write, for the person who decides: each step with its first events, old and
 * new.
 * @param newEvents the first events that would be inserted.
 */
export function previewLines(
  plan: RepairPlan,
  { examples }: Comparison,
  newEvents: readonly NewEvent[],
): string[] {
  const { inserts, eventUpdates, tsUpdates, extra } = plan;
  const steps = [inserts, eventUpdates, tsUpdates].filter(({ count }) => count > 0n);
  const each = Math.ceil(SHOWN_EVENTS / Math.max(steps.length, 1));
  const changed = (...kinds: readonly DifferenceKind[]) =>
    examples
      .filter(({ kind }) => kinds.includes(kind))
      .sort(byId)
      .slice(0, each)
      .map(exampleLine);
  const added = newEvents.slice(0, each).map(newEventLine);
  return [
    ...stepLines('insert $ that it does not have', inserts, added),
    ...stepLines('overwrite $', eventUpdates, changed('event', 'tsAndEvent')),
    ...stepLines('overwrite the ts of $', tsUpdates, changed('ts', 'tsTruncated')),
    ...(extra > 0n ? [`  leave alone ${events(extra)} that the left table does not have`] : []),
  ];
}

function byId(a: EventExample, b: EventExample): number {
  return a.id < b.id ? -1 : 1;
}

function stepLines(text: string, { count }: RepairStep, shown: readonly string[]): string[] {
  if (count === 0n) return [];
  const hidden = count - BigInt(shown.length);
  return [
    `  ${text.replace('$', events(count))}`,
    ...shown.map((line) => `    ${line}`),
    ...(hidden > 0n && shown.length > 0 ? [`    and ${events(hidden)} more`] : []),
  ];
}

function newEventLine({ id, ts, event }: NewEvent): string {
  return `${id}  ${ts}  ${printable(event)}`;
}

/** `7  ts  2026-01-01 00:00:00.123+00 → 2026-01-01 00:00:00.123456+00, $.price  1.1 → 1.10` */
function exampleLine({ id, ts, event }: EventExample): string {
  const changes = [
    ...(ts === undefined ? [] : [`ts  ${ts.right} → ${ts.left}`]),
    ...(event === undefined ? [] : [`${event.path ?? 'event'}  ${event.right} → ${event.left}`]),
  ];
  return `${id}  ${printable(changes.join(', '))}`;
}
