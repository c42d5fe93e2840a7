// @ts-nocheck
import type { ConnectionParams } from '../../pg/connection-params.js';
import type { Outcome } from '../compare/comparison.js';
import type { Repair } from '../repair/repair-all.js';
import type { Validation } from '../validate/validate-table.js';

/** Result of validating one table. */
export type ValidationOutcome = { readonly table: ConnectionParams } & (
  | { readonly validation: Validation; readonly trouble?: never }
  | { readonly trouble: unknown; readonly validation?: never }
);

/** The results of a run. */
export interface DiffReport {
  readonly left: ConnectionParams;
  /** The comparisons at the end, after the repairs. */
  readonly outcomes: readonly Outcome[];
  /** Results of the repairs. The comparison was made again after them. */
  readonly repairs: ReadonlyMap<ConnectionParams, Repair>;
  readonly validations: readonly ValidationOutcome[];
}

export type Verdict = 'equal' | 'different' | 'trouble';

/** `trouble` if anything could not be found out; `different` also if a table is not valid. */
export function verdictOf(report: DiffReport): Verdict {
  const { outcomes, validations } = report;
  if (troublesOf(report).length > 0) return 'trouble';
  const allEqual = outcomes.every(({ comparison }) => comparison?.equal === true);
  const allValid = validations.every(({ validation }) => validation?.problem === undefined);
  return allEqual && allValid ? 'equal' : 'different';
}

/** The errors that kept something from being found out or done. */
export function troublesOf({ outcomes, validations, repairs }: DiffReport): unknown[] {
  const failed = [...repairs.values()].filter((repair) => repair.result === 'failed');
  return [...outcomes, ...failed, ...validations].flatMap(({ trouble }) => trouble ?? []);
}

export const EXIT_CODES: Readonly<Record<Verdict, number>> = { equal: 0, different: 1, trouble: 2 };
