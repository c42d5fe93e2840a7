// @ts-nocheck
import { ask, type Terminal } from '../../cli/ask.js';
import { createProgress } from '../../cli/progress.js';
import { type ConnectionParams, describeDatabase } from '../../pg/connection-params.js';
import { LONGEST_MESSAGE_BYTES } from '../../pg/message-guard.js';
import type { Comparison, Outcome } from '../compare/comparison.js';
import { readNewEvents } from '../compare/examples.js';
import { EventsTable, type OpenOptions } from '../tables/events-table.js';
import { eventsToWrite, planRepair, type RepairPlan } from './repair-plan.js';
import { previewLines } from './repair-preview.js';
import { RepairTarget } from './repair-target.js';

export interface RepairOptions extends OpenOptions {
  readonly signal: AbortSignal;
  /** Terminal for the question before anything is written. Absent: `--yes` was given. */
  readonly askOn: Terminal | undefined;
  /** Prints what will be done, and what was done. */
  readonly show: (line: string) => void;
}

/** Result of a repair that had something to write. */
export type Repair =
  | { readonly result: 'repaired'; readonly plan: RepairPlan }
  /** The answer was not yes. */
  | { readonly result: 'declined' }
  | { readonly result: 'failed'; readonly trouble: unknown };

/**
 * Repairs the tables that differ, one after the other, each in one transaction. It first shows what a repair
 * would write, and asks if `askOn` is given. A table that cannot be repaired does not affect the others.
 * @returns the result for each table that a repair could change.
 * @throws OperatorError if the left table cannot be read, or the reason of the signal.
 */
export async function repairAll(
  left: ConnectionParams,
  outcomes: readonly Outcome[],
  options: RepairOptions,
): Promise<Map<ConnectionParams, Repair>> {
  const repairs = new Map<ConnectionParams, Repair>();
  const wanted = outcomes.filter(
    ({ comparison }) => comparison && eventsToWrite(planRepair(comparison)) > 0n,
  );
  if (wanted.length === 0) return repairs;
  const reading = { ...options, maxMessageBytes: LONGEST_MESSAGE_BYTES };
  await using table = await EventsTable.open(left, reading);
  for (const { right, comparison } of wanted) {
    if (comparison !== undefined) repairs.set(right, await repairOne(table, { right, comparison }, options));
  }
  return repairs;
}

interface Wanted {
  readonly right: ConnectionParams;
  readonly comparison: Comparison;
}

async function repairOne(left: EventsTable, wanted: Wanted, options: RepairOptions): Promise<Repair> {
  const { right, comparison } = wanted;
  const [where, plan] = [describeDatabase(right), planRepair(comparison)];
  try {
    await RepairTarget.checkBeforehand(right, options);
    const newEvents = await readNewEvents(left, plan.inserts.ranges);
    options.show(`${where}: the repair will, in one transaction,`);
    for (const line of previewLines(plan, comparison, newEvents)) options.show(line);
    if (!(await agreed(options))) {
      options.show(`${where}: nothing was written, because the answer was not yes.`);
      return { result: 'declined' };
    }
    await write(left, right, { plan, options });
    options.show(`${where}: the repair was committed.`);
    return { result: 'repaired', plan };
  } catch (trouble) {
    options.signal.throwIfAborted();
    return { result: 'failed', trouble };
  }
}

async function agreed({ askOn, signal }: RepairOptions): Promise<boolean> {
  if (askOn === undefined) return true;
  const answer = await ask(askOn, 'Repair it? [y/N] ', { signal });
  return /^y(es)?$/i.test(answer.trim());
}

async function write(
  left: EventsTable,
  right: ConnectionParams,
  { plan, options }: { plan: RepairPlan; options: RepairOptions },
): Promise<void> {
  await using target = await RepairTarget.open(right, options);
  const label = `repairing ${describeDatabase(right)}`;
  using progress = createProgress({ label, unit: 'events', total: Number(eventsToWrite(plan)) });
  await target.repair({ left, plan, onProgress: progress.update });
}
