/** Every metric of this program. Code, the reference in docs/operations.md and the tests come from here. */

export interface MetricRule {
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** One sentence; names the unit where the name of the metric does not. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

const OF_ONE = ['destination'] as const;

export const METRIC_RULES = {
  build_info: { type: 'gauge', help: 'Always 1.', labels: ['version', 'node'] },
  source_state: {
    type: 'gauge',
    help: '1 for the state of the session that listens to the source, 0 for the others.',
    labels: ['state'],
  },
  source_max_id: { type: 'gauge', help: 'Highest id in the source.', labels: [] },
  source_max_id_age_seconds: {
    type: 'gauge',
    help: 'Time since the source told its highest id.',
    labels: [],
  },
  source_rows_total: { type: 'counter', help: 'Rows that the source has sent.', labels: [] },
  source_errors_total: {
    type: 'counter',
    help: 'Errors of the source, by the class of their SQLSTATE ("none": the server did not answer).',
    labels: ['sqlstate_class'],
  },
  notification_queue_usage_ratio: {
    type: 'gauge',
    help: "Share of the source's queue of notifications that is in use (pg_notification_queue_usage).",
    labels: [],
  },
  notifications_total: { type: 'counter', help: 'Notifications of the source.', labels: [] },
  news_found_by_timer_total: {
    type: 'counter',
    help: 'How often the timer found events that no notification had announced.',
    labels: [],
  },
  reconnects_total: {
    type: 'counter',
    help: 'How often a session was opened again, by what it is for: "listen" and "read" in the source, "write" in a destination.',
    labels: ['role', 'destination'],
  },
  destination_state: {
    type: 'gauge',
    help: '1 for the state of the destination, 0 for the others.',
    labels: ['destination', 'state'],
  },
  destination_max_id: {
    type: 'gauge',
    help: 'Highest id in the destination. Absent while the destination is empty or unknown.',
    labels: OF_ONE,
  },
  destination_max_id_age_seconds: {
    type: 'gauge',
    help: 'Time since the highest id was known; 0 while this process is the one writer.',
    labels: OF_ONE,
  },
  lag_events: {
    type: 'gauge',
    help: 'Events that the source has and the destination lacks. Absent while it is not known.',
    labels: OF_ONE,
  },
  lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event that the destination lacks, by the clock of the source; 0 if it lacks none. Absent while it is not known.',
    labels: OF_ONE,
  },
  lag_age_seconds: {
    type: 'gauge',
    help: 'Time since lag_events and lag_seconds were measured.',
    labels: OF_ONE,
  },
  stalled: {
    type: 'gauge',
    help: '1 if the destination should move and does not: what makes /livez fail.',
    labels: OF_ONE,
  },
  events_total: { type: 'counter', help: 'Events copied by this process.', labels: OF_ONE },
  bytes_total: { type: 'counter', help: 'Bytes of COPY data of these events.', labels: OF_ONE },
  batches_total: { type: 'counter', help: 'Transactions that wrote these events.', labels: OF_ONE },
  errors_total: {
    type: 'counter',
    help: 'Errors, by the class of their SQLSTATE ("none": no server sent the error).',
    labels: ['destination', 'sqlstate_class'],
  },
  indexes_being_built: {
    type: 'gauge',
    help: 'Deferred indexes that are being built or wait for that, while the destination builds indexes.',
    labels: OF_ONE,
  },
  commit_duration_seconds: {
    type: 'histogram',
    help: 'Time from the start of a write to the reply to its commit.',
    labels: OF_ONE,
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  },
  end_to_end_latency_seconds: {
    type: 'histogram',
    help: 'While a destination is live: time from the "ts" of the last event of a write to the reply to its commit, by the clock of the source.',
    labels: OF_ONE,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  },
} as const satisfies Readonly<Record<string, MetricRule>>;

export type MetricName = keyof typeof METRIC_RULES;

/** What stands before the name of every metric. */
export const METRIC_PREFIX = 'slate_replicator_';
