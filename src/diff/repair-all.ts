import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { ask, type Terminal } from '../schema/ask.js';
import type { Outcome } from './comparison.js';
import { describePlan } from './describe.js';
import type { OpenOptions } from './events-table.js';
import { isWorthRepairing, planRepair, type RepairPlan } from './repair-plan.js';
import { RepairTarget } from './repair-target.js';

export interface RepairOptions extends OpenOptions {
  readonly signal: AbortSignal;
  /** Where to ask before anything is written; absent: it was agreed to beforehand. */
  readonly askOn: Terminal | undefined;
  /** Takes the lines that say what will be done. */
  readonly show: (line: string) => void;
}

/**
 * Repairs the tables that differ, one after the other, each in one transaction, after showing what that means and, where
 * it is to be asked, after a yes.
 * @returns what was done, by table.
 * @throws OperatorError when one cannot be repaired; that one is unchanged then.
 */
export async function repairAll(
  left: ConnectionParams,
  outcomes: readonly Outcome[],
  options: RepairOptions,
): Promise<Map<ConnectionParams, RepairPlan>> {
  const repairs = new Map<ConnectionParams, RepairPlan>();
  for (const { right, comparison } of outcomes) {
    const plan = comparison === undefined ? undefined : planRepair(comparison);
    if (plan === undefined || !isWorthRepairing(plan)) continue;
    options.show(`${describeDatabase(right)}: the repair will, in one transaction,`);
    for (const line of describePlan(plan)) options.show(`  ${line}`);
    if (!(await agreed(options))) continue;
    await using target = await RepairTarget.open(right, options);
    await target.repair(left, plan);
    repairs.set(right, plan);
  }
  return repairs;
}

async function agreed({ askOn, signal }: RepairOptions): Promise<boolean> {
  if (askOn === undefined) return true;
  const answer = await ask(askOn, 'Repair it? [y/N] ', { signal });
  return /^y(es)?$/i.test(answer.trim());
}
