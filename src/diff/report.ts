import type { ConnectionParams } from '../pg/connection-params.js';
import type { Outcome } from './comparison.js';
import type { RepairPlan } from './repair-plan.js';
import type { Validation } from './validate-table.js';

/** What became of a table that was to be validated. */
export type ValidationOutcome = { readonly table: ConnectionParams } & (
  | { readonly validation: Validation; readonly trouble?: never }
  | { readonly trouble: unknown; readonly validation?: never }
);

/** Everything that a run found out and did. */
export interface DiffReport {
  readonly left: ConnectionParams;
  /** As it is at the end: after the repairs. */
  readonly outcomes: readonly Outcome[];
  /** What was repaired; the comparison was made again afterwards. */
  readonly repairs: ReadonlyMap<ConnectionParams, RepairPlan>;
  readonly validations: readonly ValidationOutcome[];
}

export type Verdict = 'equal' | 'different' | 'trouble';

/** `trouble` when anything could not be found out; `different` also when a table is not valid. */
export function verdictOf({ outcomes, validations }: DiffReport): Verdict {
  if ([...outcomes, ...validations].some(({ trouble }) => trouble !== undefined)) return 'trouble';
  const allEqual = outcomes.every(({ comparison }) => comparison?.equal === true);
  const allValid = validations.every(({ validation }) => validation?.problem === undefined);
  return allEqual && allValid ? 'equal' : 'different';
}

export const EXIT_CODES: Readonly<Record<Verdict, number>> = { equal: 0, different: 1, trouble: 2 };
