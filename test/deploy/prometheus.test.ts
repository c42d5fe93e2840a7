import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DESTINATION_STATES } from '../../src/destination/destination-state.js';
import { METRIC_PREFIX, METRIC_RULES } from '../../src/monitor/metrics/metric-rules.js';
import { anchors } from '../support/docs/markdown.js';
import { runTool } from '../support/tool.js';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity?: string };
  readonly annotations: { readonly runbook_url?: string; readonly summary?: string };
}

const alertsText = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
const { groups } = parse(alertsText) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);

const dashboardText = readFileSync('deploy/grafana/dashboard.json', 'utf8');
const dashboard = JSON.parse(dashboardText) as {
  panels: { id: number; targets: { expr: string }[]; gridPos: Record<'x' | 'y' | 'w' | 'h', number> }[];
  templating: { list: { query: string | { query: string } }[] };
};

/** All names under which Prometheus knows what this program serves. */
async function servedNames(): Promise<Set<string>> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const own = Object.entries(METRIC_RULES).flatMap(([name, { type }]) => {
    const endings = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    return endings.map((ending) => `${METRIC_PREFIX}${name}${ending}`);
  });
  return new Set([...own, ...registry.getMetricsAsArray().map(({ name }) => name)]);
}

const queries = [
  ...alerts.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query)),
];

it('alerts and dashboard ask only for metrics that are served', async () => {
  const served = await servedNames();
  const asked = queries.flatMap((query) => query.match(/\b(?:slate_replicator|process|nodejs)_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(30);
  expect([...new Set(asked)].filter((name) => !served.has(name))).toEqual([]);
});

it('and only for states that there are', () => {
  const asked = queries.flatMap((query) =>
    [...query.matchAll(/destination_state\{[^}]*\bstate=~?"([^"]*)"/g)].flatMap(([, states = '']) =>
      states.split('|'),
    ),
  );
  expect(asked).toContain('stopped');
  expect(asked.filter((state) => !(DESTINATION_STATES as readonly string[]).includes(state))).toEqual([]);
});

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('the alert %s', (_, alert) => {
  it('waits before it fires, says how bad that is, and leads to a section of docs/operations.md', () => {
    expect(alert.for).toMatch(/^\d+m$/);
    expect(['warning', 'critical']).toContain(alert.labels.severity);
    const [file, section] = (alert.annotations.runbook_url ?? '').split('#');
    expect(file).toBe('docs/operations.md');
    expect(anchors(readFileSync('docs/operations.md', 'utf8'))).toContain(section);
  });
});

describe('promtool', () => {
  it('accepts rules and configuration', (context) => {
    runTool(context, 'promtool', ['check', 'config', 'deploy/prometheus/prometheus.yml']);
  });

  it('sees every rule fire where it should, and only there', (context) => {
    runTool(context, 'promtool', ['test', 'rules', 'deploy/prometheus/alerts.test.yml']);
  });
});

describe('the dashboard', () => {
  it('has panels that do not cover each other', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});
