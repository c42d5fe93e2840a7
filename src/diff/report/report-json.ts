import { describeError } from '../../cli/describe-error.js';
import type { IdRange } from '../../events/id-range.js';
import { type ConnectionParams, placeOf } from '../../pg/connection-params.js';
import type { Outcome } from '../compare/comparison.js';
import type { DifferenceCounts, DifferenceKind } from '../compare/difference.js';
import type { EventExample } from '../compare/examples.js';
import type { Repair } from '../repair/repair-all.js';
import { adviseOn } from './describe.js';
import { type DiffReport, type ValidationOutcome, type Verdict, verdictOf } from './report.js';

/** Ids are strings, because they may be larger than what a JSON reader keeps exactly. */
interface JsonRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The document that `slate-eventsDiff --json` prints. Databases are given as `host:port/database`, and by
 * their names.
 */
export interface DiffDocument {
  readonly result: Verdict;
  readonly left: string;
  readonly leftName?: string;
  readonly comparisons: readonly JsonComparison[];
  /** With `--validate-tables`: the left table, then the others. */
  readonly validations: readonly JsonValidation[];
}

interface JsonComparison {
  readonly right: string;
  readonly rightName?: string;
  readonly result: Verdict;
  /** Why there is no comparison. The fields below are then absent. */
  readonly error?: string;
  /** False if it stopped at `maxDiffs`: there may be more differences. */
  readonly complete?: boolean;
  /** The ids that were to be compared; null when both tables are empty. */
  readonly ids?: JsonRange | null;
  /** Events that were compared. */
  readonly events?: { readonly left: number; readonly right: number };
  /** How many events differ, by kind. */
  readonly differences?: Readonly<Record<DifferenceKind, number>>;
  /**
   * All differences, by ascending id. Each range is `count` neighbouring events that differ in the same way.
   */
  readonly ranges?: readonly (JsonRange & { readonly kind: DifferenceKind; readonly count: number })[];
  /** A few events of each kind that both tables have, with their first difference. */
  readonly examples?: readonly (Omit<EventExample, 'id'> & { readonly id: string })[];
  readonly advice?: string | undefined;
  /** Result of `--repair`, if it had something to write. The comparison was then made again. */
  readonly repair?: Repair['result'];
  /** Why the repair failed. */
  readonly repairError?: string;
  /** What the repair wrote. */
  readonly repaired?: {
    readonly inserted: number;
    readonly eventsUpdated: number;
    readonly tsUpdated: number;
  };
}

interface JsonValidation {
  readonly table: string;
  readonly tableName?: string;
  readonly result: 'valid' | 'invalid' | 'trouble';
  readonly error?: string;
  /** Events read, up to the first problem if there is one. */
  readonly events?: number;
  readonly operations?: number;
  /** The first operation that is broken, and how. */
  readonly problem?: string;
}

export function reportJson(report: DiffReport): DiffDocument {
  return {
    result: verdictOf(report),
    ...jsonDatabase('left', report.left),
    comparisons: report.outcomes.map((outcome) => ({
      ...jsonComparison(outcome),
      ...jsonRepair(report.repairs.get(outcome.right)),
    })),
    validations: report.validations.map(jsonValidation),
  };
}

function jsonComparison({ right, comparison, trouble }: Outcome): JsonComparison {
  const place = jsonDatabase('right', right);
  if (comparison === undefined) return { ...place, result: 'trouble', error: describeError(trouble).message };
  const { equal, complete, ids, events, counts, ranges, examples } = comparison;
  const advice = adviseOn(comparison);
  return {
    ...place,
    result: equal ? 'equal' : 'different',
    complete,
    ids: ids === undefined ? null : jsonRange(ids),
    events: { left: Number(events.left), right: Number(events.right) },
    differences: jsonCounts(counts),
    ranges: ranges.map((range) => ({ kind: range.kind, ...jsonRange(range), count: Number(range.count) })),
    examples: examples.map((example) => ({ ...example, id: String(example.id) })),
    advice,
  };
}

function jsonDatabase<Key extends string>(key: Key, params: ConnectionParams) {
  const place = { [key]: placeOf(params) } as Record<Key, string>;
  return params.name === undefined ? place : { ...place, [`${key}Name`]: params.name };
}

function jsonRange({ from, to }: IdRange): JsonRange {
  return { from: String(from), to: String(to) };
}

function jsonCounts(counts: DifferenceCounts): Record<DifferenceKind, number> {
  return Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, Number(count)])) as Record<
    DifferenceKind,
    number
  >;
}

function jsonRepair(repair: Repair | undefined): Pick<JsonComparison, 'repair' | 'repairError' | 'repaired'> {
  if (repair === undefined) return {};
  if (repair.result === 'declined') return { repair: repair.result };
  if (repair.result === 'failed')
    return { repair: repair.result, repairError: describeError(repair.trouble).message };
  const { inserts, eventUpdates, tsUpdates } = repair.plan;
  const repaired = {
    inserted: Number(inserts.count),
    eventsUpdated: Number(eventUpdates.count),
    tsUpdated: Number(tsUpdates.count),
  };
  return { repair: repair.result, repaired };
}

function jsonValidation({ table, validation, trouble }: ValidationOutcome): JsonValidation {
  const place = jsonDatabase('table', table);
  if (validation === undefined) return { ...place, result: 'trouble', error: describeError(trouble).message };
  const { events, operations, problem } = validation;
  const totals = { events: Number(events), operations: Number(operations) };
  return problem === undefined
    ? { ...place, result: 'valid', ...totals }
    : { ...place, result: 'invalid', ...totals, problem };
}
