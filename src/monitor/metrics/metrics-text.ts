import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Monitor } from '../monitor.js';
import type { ProcessFacts } from '../status.js';
import { METRIC_PREFIX, METRIC_RULES, type MetricName, type MetricRule } from './metric-rules.js';
import { type Reading, readingsOf } from './readings.js';

/** Gauges of prom-client whose names end as those of counters: `promtool check metrics` refuses them. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Node's default of 10 ms takes 2.4 ms of CPU per second, all the time; this takes 0.5 ms. */
const LAG_RESOLUTION_MS = 100;

/** For how long texts are made before events have their turn. */
const TURN_MS = 2;

type Computed = Gauge | Counter;

/** The text of `/metrics`. Everything but the histograms is computed when it is asked for. */
export class MetricsText {
  readonly #registry = new Registry();
  readonly #computed = new Map<MetricName, Computed>();
  readonly #monitor: Monitor;
  readonly #facts: ProcessFacts;

  constructor(monitor: Monitor, facts: ProcessFacts) {
    this.#monitor = monitor;
    this.#facts = facts;
    for (const name of Object.keys(METRIC_RULES) as MetricName[]) this.#add(name, METRIC_RULES[name]);
    this.#registry.registerMetric(monitor.writeHistograms.commit);
    this.#registry.registerMetric(monitor.writeHistograms.endToEnd);
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Gives events their turn between metrics: with many destinations, all take tens of milliseconds. */
  async text(): Promise<string> {
    const texts: string[] = [];
    this.#compute();
    let beganMs = performance.now();
    for (const { name } of this.#registry.getMetricsAsArray() as readonly { name: string }[]) {
      texts.push(await this.#registry.getSingleMetricAsString(name));
      if (performance.now() - beganMs < TURN_MS) continue;
      await nextTurn();
      beganMs = performance.now();
    }
    return `${texts.join('\n')}\n`;
  }

  #add(name: MetricName, { type, help, labels }: MetricRule): void {
    if (type === 'histogram') return;
    const Kind = type === 'gauge' ? Gauge : Counter;
    const options = {
      name: METRIC_PREFIX + name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
    };
    this.#computed.set(name, new Kind(options));
  }

  #compute(): void {
    for (const metric of this.#computed.values()) metric.reset();
    for (const reading of readingsOf(this.#monitor, this.#facts)) this.#note(reading);
  }

  #note({ metric, labels = {}, value }: Reading): void {
    if (value !== undefined) this.#computed.get(metric)?.inc(labels, Number(value));
  }
}
