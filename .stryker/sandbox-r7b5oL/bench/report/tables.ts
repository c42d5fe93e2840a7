// @ts-nocheck
import { isMet } from './findings.js';
import { formatTarget, formatValues } from './format.js';
import type { Finding, Machine, Metric, ProfileResult, Section } from './result.js';

/** What must be known before a number of a quick run is read. */
export const QUICK =
  'Small amounts, few runs: this shows who is ahead of whom on this machine, not how fast. A full run (npm run bench) measures that.';

/** A table of texts, for Markdown and HTML alike. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What was asked first: the value and, where something was demanded of one of them, what, and whether it is so. */
export function findingsTable(findings: readonly Finding[]): Table {
  const demanded = findings.some(({ target }) => target !== undefined);
  return {
    head: ['', 'measured', ...(demanded ? ['target', ''] : [])],
    rows: findings.map((finding) => [
      finding.title,
      `${formatValues(finding.values)} ${finding.unit}`,
      ...(demanded ? [formatTarget(finding.target, finding.unit), verdict(finding)] : []),
    ]),
  };
}

/** Every measurement of a section, with all its quantities. */
export function sectionTable(section: Section): Table {
  const metrics = measuredMetrics(section);
  return {
    head: ['', '', ...metrics.map(({ unit }) => unit)],
    rows: section.measurements.map((measurement) => [
      measurement.case,
      measurement.contender,
      ...metrics.map(({ name }) => formatValues(measurement.samples[name])),
    ]),
  };
}

/** The metrics that at least one measurement has. */
export function measuredMetrics({ metrics, measurements }: Section): Metric[] {
  return metrics.filter(({ name }) => measurements.some(({ samples }) => samples[name] !== undefined));
}

/** When, how often, and on what. */
export function circumstances({ startedAt, repeat, quick, machine }: ProfileResult): string {
  const runs = `${repeat} run${repeat === 1 ? '' : 's'} each${quick ? ', --quick' : ''}`;
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${runs}, ${describeMachine(machine)}`;
}

function describeMachine({ cores, cpu, memoryGb, system, node, postgres, serverKind }: Machine): string {
  return `${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}, PostgreSQL ${postgres} (${serverKind})`;
}

function verdict(finding: Finding): string {
  const met = isMet(finding);
  if (met === undefined) return '';
  return met ? 'met' : 'missed';
}
