/** What `/metrics` says of a run. */
import { expect, test } from 'vitest';
import { DESTINATION_STATES } from '../../src/destination/destination-state.js';
import { METRIC_PREFIX, METRIC_RULES } from '../../src/monitor/metrics/metric-rules.js';
import { nameOf } from '../../src/pg/connection-params.js';
import { TableLock } from '../support/databases/table-lock.js';
import { endSessions, makeReadOnly } from '../support/installation/bad-weather.js';
import { createInstallation } from '../support/installation/installation.js';
import { problemsOfMetrics } from '../support/installation/metrics-text.js';
import { metricOf, metricsText, SERVED, untilStatus } from '../support/installation/served.js';
import { until } from '../support/until.js';

test('every metric of the reference is there from the beginning, and no other', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(10);
  await using replicator = all.start({ http: SERVED });
  await untilStatus(
    replicator,
    'all was copied, and the source was measured',
    ({ source, destinations }) =>
      source.notificationQueueUsage !== null &&
      destinations.every(({ lagEvents, state }) => lagEvents === 0 && state === 'live'),
  );
  const text = await metricsText(replicator);
  expect(problemsOfMetrics(text)).toEqual([]);
  const families = [...text.matchAll(/^# TYPE slate_replicator_(\S+) (\S+)$/gm)].map(([, name, type]) => [
    name,
    type,
  ]);
  expect(Object.fromEntries(families)).toEqual(
    Object.fromEntries(Object.entries(METRIC_RULES).map(([name, { type }]) => [name, type])),
  );
  const samples = text.split('\n').filter((line) => line.startsWith(METRIC_PREFIX));
  for (const [name, { labels }] of Object.entries<{ labels: readonly string[] }>(METRIC_RULES)) {
    // Counted by what went wrong: nothing has.
    if (name.endsWith('errors_total')) continue;
    const own = samples.filter((line) => new RegExp(`^${METRIC_PREFIX}${name}(_count)?[ {]`).test(line));
    expect(own.length, name).toBeGreaterThan(0);
    for (const label of labels) expect(own.join('\n')).toContain(`${label}="`);
  }
  await replicator.stop();
});

test('counts are those of the run, and times are counted once per write', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ http: SERVED });
  await replicator.log.until('caught up');
  const listens = () => metricOf(replicator, 'source_state', { state: 'listening' });
  await until('it listened', async () => (await listens()) === 1);
  await until(
    'the clock of the source was known',
    async () => (await metricOf(replicator, 'lag_events')) === 0,
  );
  await all.untilCopied(await all.append(2));
  await all.untilCopied(await all.append(3));
  const count = () => metricOf(replicator, 'end_to_end_latency_seconds_count');
  await until('both writes were counted', async () => (await count()) === 2);
  expect(await metricOf(replicator, 'events_total')).toBe(5);
  expect(await metricOf(replicator, 'batches_total')).toBe(2);
  expect(await metricOf(replicator, 'bytes_total')).toBe(replicator.replicator.destinations[0]?.copied.bytes);
  expect(await metricOf(replicator, 'commit_duration_seconds_count')).toBe(2);
  expect(await metricOf(replicator, 'end_to_end_latency_seconds_sum')).toBeGreaterThan(0);
  expect(await metricOf(replicator, 'notifications_total')).toBeGreaterThanOrEqual(2);
  await replicator.stop();
});

test('what an event took while its destination caught up is no latency', async () => {
  await using all = await createInstallation();
  await all.append(5);
  await using replicator = all.start({ http: SERVED });
  await replicator.log.until('caught up');
  expect(await metricOf(replicator, 'commit_duration_seconds_count')).toBe(1);
  expect(await metricOf(replicator, 'end_to_end_latency_seconds_count')).toBe(0);
  await replicator.stop();
});

test('exactly one state of a destination is 1, at every scrape', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(1000);
  await using blocked = await TableLock.take(all.destination(0), 'SHARE');
  await using replicator = all.start({ http: SERVED });
  const [first, second] = all.destinations.map(nameOf);
  await replicator.log.until('caught up', { destination: second });
  const text = await metricsText(replicator);
  for (const [name, state] of [
    [first, 'catching up'],
    [second, 'live'],
  ]) {
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith(`slate_replicator_destination_state{destination="${name}"`));
    expect(lines).toHaveLength(DESTINATION_STATES.length);
    expect(lines.filter((line) => line.endsWith(' 1'))).toEqual([
      `slate_replicator_destination_state{destination="${name}",state="${state}"} 1`,
    ]);
  }
  await blocked.release();
  await replicator.stop();
});

test('errors are counted by the class of their SQLSTATE, and sessions that are opened again by their role', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ http: SERVED, onError: 'retry' });
  await replicator.log.until('caught up');
  await makeReadOnly(all.destination());
  await all.append(1);
  const destination = nameOf(all.destination());
  const errors = () => metricOf(replicator, 'errors_total', { destination, sqlstate_class: '25' });
  await until('a read-only destination was counted', async () => ((await errors()) ?? 0) > 0);
  expect(await metricOf(replicator, 'reconnects_total', { role: 'write', destination })).toBeGreaterThan(0);
  expect(await metricOf(replicator, 'reconnects_total', { role: 'listen' })).toBe(0);
  await endSessions(all.source, 'slate-replicator/listen');
  await until(
    'it listened again',
    async () => (await metricOf(replicator, 'reconnects_total', { role: 'listen' })) === 1,
  );
  expect(await metricOf(replicator, 'source_errors_total', { sqlstate_class: '57' })).toBe(1);
  await replicator.stop();
});

test('news that only the timer found are counted', async () => {
  await using all = await createInstallation();
  await all.query(all.source, 'ALTER TABLE events DISABLE TRIGGER notify_insert');
  await using replicator = all.start({ http: SERVED, pollIntervalMs: 100 });
  await replicator.log.until('caught up');
  const found = () => metricOf(replicator, 'news_found_by_timer_total');
  await until('news were counted', async () => {
    await all.untilCopied(await all.append(1));
    return ((await found()) ?? 0) > 0;
  });
  expect(await metricOf(replicator, 'notifications_total')).toBe(0);
  await replicator.stop();
});
