import type { ConnectionParams } from '../../pg/connection-params.js';
import type { Outcome } from '../compare/comparison.js';
import type { Repair } from '../repair/repair-all.js';
import type { Validation } from '../validate/validate-table.js';

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
  /** What became of the repairs that were asked for; the comparison was made again afterwards. */
  readonly repairs: ReadonlyMap<ConnectionParams, Repair>;
  readonly validations: readonly ValidationOutcome[];
}

export type Verdict = 'equal' | 'different' | 'trouble';

/** `trouble` when anything could not be found out; `different` also when a table is not valid. */
export function verdictOf(report: DiffReport): Verdict {
  const { outcomes, validations } = report;
  if (troublesOf(report).length > 0) return 'trouble';
  const allEqual = outcomes.every(({ comparison }) => comparison?.equal === true);
  const allValid = validations.every(({ validation }) => validation?.problem === undefined);
  return allEqual && allValid ? 'equal' : 'different';
}

/** Why some things could not be found out or done. */
export function troublesOf({ outcomes, validations, repairs }: DiffReport): unknown[] {
  const failed = [...repairs.values()].filter((repair) => repair.result === 'failed');
  return [...outcomes, ...failed, ...validations].flatMap(({ trouble }) => trouble ?? []);
}

export const EXIT_CODES: Readonly<Record<Verdict, number>> = { equal: 0, different: 1, trouble: 2 };
