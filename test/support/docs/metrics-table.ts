import { METRIC_RULES, type MetricRule } from '../../../src/monitor/metrics/metric-rules.js';

/** The table of metrics, for docs/operations.md. */
export function metricsMarkdown(): string {
  const rules: [string, MetricRule][] = Object.entries(METRIC_RULES);
  const rows = rules.map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['metric', 'type', 'labels', 'meaning']),
    line(['---', '---', '---', '---']),
    ...rows.map(line),
  ].join('\n');
}
