// @ts-nocheck
import { alternate, type Contender, type Sample } from '../measure/alternate.js';
import { QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import { cloneDatabases, freshDestinations } from '../measure/databases.js';
import { COMMITTED_AT, latenciesMs, readTimes, summarizeLatencies } from '../measure/latency.js';
import { loadLive } from '../measure/live-load.js';
import { startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { ratioFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric } from '../report/result.js';
import { down, full, slow, type Trouble, well } from './isolation-faults.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const METRICS: readonly Metric[] = [
  { name: 'p50Ms', unit: 'p50 ms', better: 'lower' },
  { name: 'p99Ms', unit: 'p99 ms', better: 'lower' },
  { name: 'eventsPerSecond', unit: 'events/s', better: 'higher' },
];

const DESTINATIONS = 8;
/** Making databases takes most of a short run. */
const QUICK_DESTINATIONS = 3;
const UNDISTURBED = 'all are well';
const QUICK_TROUBLES: readonly string[] = [UNDISTURBED, 'one is down'];
const TROUBLES: Readonly<Record<string, Trouble>> = {
  [UNDISTURBED]: well,
  'one is down': down,
  'one is slow': slow,
  'one is full': full,
};

const LIVE = { transactionsPerSecond: 50, eventsPerTransaction: 5 } as const;

export const isolation: Profile = {
  name: 'isolation',
  question: 'What do the other destinations notice when one is down, slow or full?',
  run: runIsolation,
};

async function runIsolation(context: BenchContext): Promise<ProfileFindings> {
  const contenders = Object.entries(TROUBLES)
    .filter(([name]) => !context.quick || QUICK_TROUBLES.includes(name))
    .map(([name, trouble]) => contender(context, name, trouble));
  const count = destinationCount(context);
  const place = `the other ${count - 1} of ${count} destinations`;
  const measurements = await alternate(context, place, contenders);
  return {
    findings: Object.keys(TROUBLES)
      .filter((name) => name !== UNDISTURBED)
      .flatMap((name) => findings(measurements, place, name)),
    sections: [
      {
        title: 'Destinations beside one in trouble',
        text: `With onError 'retry': events/s of the first load of all the others together, then milliseconds from commit at the source until visible there at ${LIVE.transactionsPerSecond} transactions/s of ${LIVE.eventsPerTransaction} events. Slow: about ten events a second.`,
        metrics: METRICS,
        measurements,
        charted: ['p50Ms', 'eventsPerSecond'],
      },
    ],
    notes: [],
  };
}

function destinationCount({ quick }: BenchContext): number {
  return quick ? QUICK_DESTINATIONS : DESTINATIONS;
}

function contender(context: BenchContext, name: string, trouble: Trouble): Contender {
  return { name, run: () => measure(context, trouble) };
}

async function measure(context: BenchContext, trouble: Trouble): Promise<Sample> {
  const { clusters, dataSets, quick, stop } = context;
  const filled = await dataSets.person(quick ? QUICK_PERSON_EVENTS : 100_000);
  await using sources = await cloneDatabases(clusters.source, filled.source, 1);
  await using fresh = await freshDestinations(clusters.destination, destinationCount(context));
  const [source] = sources.databases;
  const [one, ...others] = fresh.databases;
  if (source === undefined || one === undefined) throw new Error('no databases were made');
  await using troubled = await trouble(one);
  await using replicator = startReplicator({
    ...context,
    source,
    destinations: [...others, troubled.params],
    settings: { onError: 'retry' },
  });
  await replicator.until('destination checked', others.length);
  const startedAtMs = performance.now();
  await replicator.until('caught up', others.length);
  const seconds = (performance.now() - startedAtMs) / 1000;
  const { lastIds } = await loadLive(context, {
    ...LIVE,
    source,
    destinations: others,
    seconds: quick ? 1 : 5,
    isWarm: quick,
    failed: replicator.failed,
    replicatorCpuSeconds: () => replicator.usage().cpuSeconds,
  });
  const committed = await readTimes(source, COMMITTED_AT, lastIds);
  const arrived = await Promise.all(others.map((each) => readTimes(each, COMMITTED_AT, lastIds)));
  await verifySameEvents(source, others, stop);
  return {
    ...summarizeLatencies(latenciesMs(committed, arrived)),
    eventsPerSecond: (filled.events * others.length) / seconds,
  };
}

function findings(measurements: readonly Measurement[], place: string, name: string): Finding[] {
  const against = (metric: string, title: string, target: { atMost: number } | { atLeast: number }) =>
    ratioFinding(measurements, {
      title: `${title} of the others, ${name}`,
      metric,
      of: { case: place, contender: name },
      over: { case: place, contender: UNDISTURBED },
      target,
    });
  return [
    ...against('p50Ms', 'p50', { atMost: 1.1 }),
    ...against('eventsPerSecond', 'throughput', { atLeast: 0.9 }),
  ];
}
