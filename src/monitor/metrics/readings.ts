import type { Monitor } from '../monitor.js';
import type { DestinationSnapshot, Snapshot } from '../snapshot.js';
import type { ProcessFacts } from '../status.js';
import type { RunView } from '../views.js';
import type { MetricName } from './metric-rules.js';

/** One value of one metric. */
export interface Reading {
  readonly metric: MetricName;
  readonly labels?: Readonly<Record<string, string>>;
  /** Absent: not known. */
  readonly value: number | bigint | undefined;
}

/** The values of all metrics now, but for histograms. */
export function readingsOf(monitor: Monitor, { version, node }: ProcessFacts): Reading[] {
  const { run, sourceErrors } = monitor;
  const snapshot = monitor.look();
  return [
    { metric: 'build_info', labels: { version, node }, value: 1 },
    ...ofSource(snapshot),
    ...ofSessions(run.source),
    ...byClass('source_errors_total', {}, sourceErrors),
    ...snapshot.destinations.flatMap((each) => ofDestination(each, snapshot.at, run.states)),
    ...snapshot.destinations.flatMap(({ name }) => ofMemory(name, monitor)),
  ];
}

const SOURCE_STATES = ['reconnecting', 'polling', 'listening'] as const;

function ofSource({ at, source }: Snapshot): Reading[] {
  return [
    ...oneHot('source_state', {}, SOURCE_STATES, source.state),
    { metric: 'source_max_id', value: source.maxId },
    { metric: 'source_max_id_age_seconds', value: ageSeconds(source.measuredAt, at) },
    { metric: 'notification_queue_usage_ratio', value: source.notificationQueueUsage },
  ];
}

function ofSessions({
  rowsServed,
  notifications,
  newsFoundByTimer,
  reconnects,
}: RunView['source']): Reading[] {
  return [
    { metric: 'source_rows_total', value: rowsServed },
    { metric: 'notifications_total', value: notifications },
    { metric: 'news_found_by_timer_total', value: newsFoundByTimer },
    { metric: 'reconnects_total', labels: { role: 'listen' }, value: reconnects.listen },
    { metric: 'reconnects_total', labels: { role: 'read' }, value: reconnects.read },
  ];
}

function ofDestination(one: DestinationSnapshot, at: Date, states: readonly string[]): Reading[] {
  const labels = { destination: one.name };
  return [
    ...oneHot('destination_state', labels, states, one.state),
    { metric: 'destination_max_id', labels, value: one.maxId },
    { metric: 'destination_max_id_age_seconds', labels, value: one.maxId && one.maxIdAgeSeconds },
    { metric: 'lag_events', labels, value: one.lagEvents },
    { metric: 'lag_seconds', labels, value: one.lagSeconds },
    { metric: 'lag_age_seconds', labels, value: ageSeconds(one.measuredAt, at) },
    { metric: 'stalled', labels, value: one.isStalled ? 1 : 0 },
    { metric: 'events_total', labels, value: one.events },
    { metric: 'bytes_total', labels, value: one.bytes },
    { metric: 'batches_total', labels, value: one.batches },
    { metric: 'indexes_being_built', labels, value: one.indexesBeingBuilt },
  ];
}

function ofMemory(destination: string, monitor: Monitor): Reading[] {
  const { sessions, errorsByClass } = monitor.memoryOf(destination);
  return [
    { metric: 'reconnects_total', labels: { role: 'write', destination }, value: sessions - 1 },
    ...byClass('errors_total', { destination }, errorsByClass),
  ];
}

function byClass(
  metric: MetricName,
  labels: Readonly<Record<string, string>>,
  counts: ReadonlyMap<string, number>,
): Reading[] {
  return [...counts].map(([name, value]) => ({ metric, labels: { ...labels, sqlstate_class: name }, value }));
}

function oneHot(
  metric: MetricName,
  labels: Readonly<Record<string, string>>,
  states: readonly string[],
  state: string,
): Reading[] {
  return states.map((each) => ({
    metric,
    labels: { ...labels, state: each },
    value: each === state ? 1 : 0,
  }));
}

function ageSeconds(since: Date | undefined, now: Date): number | undefined {
  return since && Math.max(0, now.getTime() - since.getTime()) / 1000;
}
