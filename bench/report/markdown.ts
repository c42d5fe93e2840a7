import { isMet } from './findings.js';
import { formatTarget, formatValues } from './format.js';
import type { Finding, Machine, Measurement, Metric, ProfileResult, Section } from './result.js';

/** The whole report as Markdown tables: median, and in brackets the lowest and highest run. */
export function toMarkdown(results: readonly ProfileResult[]): string {
  return `# Bench results\n\n${results.map(profileMarkdown).join('\n')}`;
}

function profileMarkdown(result: ProfileResult): string {
  const parts = [
    `## ${result.profile}: ${result.question}`,
    `${result.startedAt}, ${runs(result)}, ${describeMachineLine(result.machine)}. Median (lowest–highest).`,
    findingsTable(result.findings),
    ...result.sections.flatMap((section) => [`### ${section.title}`, section.text, sectionTable(section)]),
    result.notes.map((note) => `- ${note}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

export function describeMachineLine(machine: Machine): string {
  const { cores, cpu, memoryGb, system, node, postgres, serverKind } = machine;
  return `${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}, PostgreSQL ${postgres} (${serverKind})`;
}

export function runs({ repeat, quick }: ProfileResult): string {
  return `${repeat} run${repeat === 1 ? '' : 's'} each${quick ? ' (--quick: rough)' : ''}`;
}

function findingsTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const rows = findings.map((finding) => [
    finding.title,
    `${formatValues(finding.values)} ${finding.unit}`,
    formatTarget(finding.target, finding.unit),
    verdict(finding),
  ]);
  return table(['', 'measured', 'target', ''], rows);
}

/** Met or missed, in a word; nothing where nothing was demanded. */
export function verdict(finding: Finding): string {
  const met = isMet(finding);
  if (met === undefined) return '';
  return met ? 'met' : 'missed';
}

function sectionTable({ metrics, measurements }: Section): string {
  const shown = measuredMetrics({ metrics, measurements });
  const rows = measurements.map((measurement) => [
    measurement.case,
    measurement.contender,
    ...shown.map(({ name }) => formatValues(measurement.samples[name])),
  ]);
  return table(['', '', ...shown.map(({ unit }) => unit)], rows);
}

/** The metrics that at least one measurement has. */
export function measuredMetrics({
  metrics,
  measurements,
}: {
  metrics: readonly Metric[];
  measurements: readonly Measurement[];
}): Metric[] {
  return metrics.filter(({ name }) => measurements.some(({ samples }) => samples[name] !== undefined));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
