// @ts-nocheck
import { describeError } from '../../cli/describe-error.js';
import { printable } from '../../cli/printable.js';
import { grouped } from '../../cli/words.js';
import { type ConnectionParams, describeDatabase } from '../../pg/connection-params.js';
import type { Comparison, Outcome } from '../compare/comparison.js';
import { DIFFERENCE_KINDS, type DifferenceKind, type DifferenceRange } from '../compare/difference.js';
import type { EventExample } from '../compare/examples.js';
import { adviseOn, describeRepair, describeResult, events, KIND_TEXTS } from './describe.js';
import type { DiffReport, ValidationOutcome } from './report.js';

/** How many ranges of each kind are listed. */
const SHOWN_RANGES = 20;

/** The report for people: one table, then what differs where. */
export function reportText(report: DiffReport): string {
  const lines = [
    `left: ${describeDatabase(report.left)}`,
    ...summaryTable(report.outcomes),
    ...report.outcomes.flatMap((outcome) => repairLines(report, outcome.right)),
    ...report.outcomes.flatMap(differenceLines),
    ...report.validations.flatMap(validationLine),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What differs between the left table and this one; nothing where they are equal. */
export function differenceLines({ right, comparison }: Outcome): string[] {
  if (comparison === undefined || comparison.equal) return [];
  const advice = adviseOn(comparison);
  return [
    `${describeDatabase(right)}: ${describeResult(comparison)}${comparison.complete ? '' : ', stopped there (maxDiffs)'}`,
    ...DIFFERENCE_KINDS.flatMap((kind) => kindLines(kind, comparison)),
    ...(advice === undefined ? [] : [`  ${advice}`]),
  ];
}

function summaryTable(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ right, comparison }) => [
    describeDatabase(right),
    comparison === undefined ? '?' : grouped(comparison.events.left),
    comparison === undefined ? '?' : grouped(comparison.events.right),
    comparison === undefined ? 'trouble' : describeResult(comparison),
  ]);
  return aligned([['right', 'events left', 'events right', 'result'], ...rows]);
}

/** Columns as wide as needed, the two in the middle to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [width(0), width(1), width(2)];
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const length = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(length) : cell.padStart(length);
      })
      .join('  '),
  );
}

function repairLines({ repairs }: DiffReport, right: ConnectionParams): string[] {
  const [where, repair] = [describeDatabase(right), repairs.get(right)];
  if (repair === undefined) return [];
  if (repair.result === 'declined') return [`${where}: not repaired, because the answer was not yes`];
  if (repair.result === 'failed')
    return [`${where}: the repair failed: ${describeError(repair.trouble).message}`];
  return [
    `${where}: repaired, then compared again`,
    ...describeRepair(repair.plan).map((line) => `  ${line}`),
  ];
}

function kindLines(kind: DifferenceKind, { counts, ranges, examples }: Comparison): string[] {
  if (counts[kind] === 0n) return [];
  const places = rangesText(ranges.filter((range) => range.kind === kind));
  return [
    `  ${KIND_TEXTS[kind]}: ${events(counts[kind])}: ${places}`,
    ...examples.filter((example) => example.kind === kind).flatMap(exampleLines),
  ];
}

function rangesText(ranges: readonly DifferenceRange[]): string {
  const shown = ranges.slice(0, SHOWN_RANGES).map(rangeText).join(', ');
  const hidden = ranges.length - SHOWN_RANGES;
  return hidden > 0 ? `${shown} and ${hidden} more ranges (--json lists all)` : shown;
}

function rangeText({ from, to, count }: DifferenceRange): string {
  if (from === to) return `${from}`;
  const isDense = to - from + 1n === count;
  return isDense ? `${from} to ${to}` : `${from} to ${to} (${events(count)})`;
}

function exampleLines({ id, ts, event }: EventExample): string[] {
  return [
    ...(ts === undefined ? [] : [`    ${id}  ts  left ${ts.left}  right ${ts.right}`]),
    ...(event === undefined
      ? []
      : [`    ${id}  ${printable(`${event.path ?? 'event'}  left ${event.left}  right ${event.right}`)}`]),
  ];
}

function validationLine({ table, validation }: ValidationOutcome): string[] {
  if (validation === undefined) return [];
  const { problem, operations } = validation;
  const found = problem === undefined ? 'valid' : `not valid: ${problem}`;
  const seen = `${events(validation.events)} in ${grouped(operations)} ${operations === 1n ? 'operation' : 'operations'}`;
  return [`${describeDatabase(table)}: ${found} (${problem === undefined ? '' : 'read so far: '}${seen})`];
}
