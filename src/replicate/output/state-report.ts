/** The state of all destinations, as a table. */
import { tableLines } from '../../cli/table.js';
import { grouped } from '../../cli/words.js';
import type { FieldsOf } from '../../log/records.js';

export type DestinationStateRecord = FieldsOf<'state on request'>;

/** Lines for destinations, those farthest behind first. @param columns of the terminal. */
export function stateLines(all: readonly DestinationStateRecord[], columns: number): string[] {
  if (all.length === 0) return [];
  const rows = all
    .toSorted(byLag)
    .map((each) => [
      each.destination,
      each.state,
      each.lagEvents === undefined ? '?' : grouped(each.lagEvents),
      each.lagSeconds === undefined ? '?' : grouped(Math.round(each.lagSeconds)),
      each.destinationMaxId === undefined ? '' : `${each.destinationMaxId}`,
    ]);
  return tableLines(
    [['destination', 'state', 'events behind', 'seconds behind', 'holds up to id'], ...rows],
    columns,
  );
}

/** Where it is not known how far one is behind, it may be far. */
function byLag(a: DestinationStateRecord, b: DestinationStateRecord): number {
  const [left, right] = [a, b].map(({ lagEvents }) => Number(lagEvents ?? Number.POSITIVE_INFINITY));
  return left === right ? 0 : Number(right) - Number(left);
}
