// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { alternate } from '../measure/alternate.js';
import { execute } from '../measure/clusters.js';
import { type DataSet, QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import { cloneDatabases, freshDestinations } from '../measure/databases.js';
import { loadLive } from '../measure/live-load.js';
import { startReplicator } from '../measure/replicator-command.js';
import { verifySameEvents } from '../measure/same-events.js';
import { copyThroughPipes } from '../peers/copy-pipe.js';
import { valueFinding } from '../report/findings.js';
import type { Measurement, Metric, Section } from '../report/result.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';
import { type LiveGrid, observeLive, passes } from './sizing-live.js';
import { costsSection, fitCosts, type LiveObservation, PARTS, predictionSection } from './sizing-model.js';

const OURS = 'slate-replicator';
const START_METRICS: readonly Metric[] = [
  { name: 'startSeconds', unit: 's from start to live', better: 'lower' },
  { name: 'startCpuSeconds', unit: "s of the replicator's CPU until then", better: 'lower' },
  { name: 'replicatorMicros', unit: "µs of the replicator's CPU per wake-up", better: 'lower' },
  { name: 'sourceMicros', unit: "µs of the source's CPU per wake-up", better: 'lower' },
  { name: 'peakMemoryMb', unit: 'MB peak', better: 'lower' },
];

/** One event per wake-up: what is measured is looking, not copying. */
const SMALL_LOAD = { transactionsPerSecond: 25, eventsPerTransaction: 1 } as const;

/** What people ask about: many destinations, and a lot to do; each transaction by itself, and many taken together. */
const PREDICTED = [
  { destinations: 200, eventsPerSecond: 10_000, passesPerSecond: 500 },
  { destinations: 200, eventsPerSecond: 10_000, passesPerSecond: 10 },
  { destinations: 20, eventsPerSecond: 1_000, passesPerSecond: 50 },
] as const;

const FULL_GRID: LiveGrid = {
  destinations: [1, 2, 4, 8, 16, 32],
  loads: [
    { transactionsPerSecond: 20, eventsPerTransaction: 1 },
    { transactionsPerSecond: 100, eventsPerTransaction: 1 },
    { transactionsPerSecond: 20, eventsPerTransaction: 50 },
    { transactionsPerSecond: 50, eventsPerTransaction: 10 },
    { transactionsPerSecond: 5, eventsPerTransaction: 200 },
  ],
  seconds: 4,
  rounds: 2,
};
const QUICK_GRID: LiveGrid = {
  destinations: [1, 4],
  loads: [
    { transactionsPerSecond: 50, eventsPerTransaction: 1 },
    { transactionsPerSecond: 50, eventsPerTransaction: 20 },
  ],
  seconds: 1,
  rounds: 1,
};

export const sizing: Profile = {
  name: 'sizing',
  question: 'What does it cost as tables, destinations and wake-ups grow?',
  run: async (context) => {
    const start = await startUp(context);
    const grid = context.quick ? QUICK_GRID : FULL_GRID;
    const observations = await observeLive(context, grid);
    return { ...describe(start, observations), notes: [] };
  },
};

function describe(
  start: Section,
  observations: readonly LiveObservation[],
): Pick<ProfileFindings, 'sections' | 'findings'> {
  const measurable = PARTS.filter((part) => observations.every(({ cores }) => Number.isFinite(cores[part])));
  const costs = new Map(measurable.map((part) => [part, fitCosts(observations, part)]));
  return {
    sections: [start, observed(observations), costsSection(costs), predictionSection(costs, PREDICTED)],
    findings: start.measurements.flatMap(({ case: place }) =>
      valueFinding(start.measurements, {
        title: `start-up to live, ${place}`,
        metric: 'startSeconds',
        unit: 's',
        of: { case: place, contender: OURS },
        target: { atMost: 3 },
      }),
    ),
  };
}

async function startUp(context: BenchContext): Promise<Section> {
  const measurements: Measurement[] = [];
  for (const events of context.quick ? [QUICK_PERSON_EVENTS] : [100_000, 1_000_000, 5_000_000]) {
    const data = await context.dataSets.multiplied(events);
    for (const destinations of events === 100_000 && !context.quick ? [1, 32] : [1])
      measurements.push(...(await startsWith(context, data, destinations)));
  }
  return {
    title: 'Starting with events in place, and waking up',
    text: 'Source and destinations are equal at the start. From starting the process until it is live everywhere; then what one wake-up with one event costs.',
    metrics: START_METRICS,
    measurements,
  };
}

async function startsWith(
  context: BenchContext,
  data: DataSet,
  destinations: number,
): Promise<Measurement[]> {
  const server = context.clusters.destination;
  await using template = await freshDestinations(server, 1);
  const [filled] = template.databases;
  if (filled === undefined) throw new Error('no destination was made');
  await copyThroughPipes(data.source, [filled], context.stop);
  await execute(filled, 'VACUUM (FREEZE, ANALYZE) public.events');
  await using copies = await cloneDatabases(server, filled, destinations);
  const place = `${grouped(data.events)} events, ${destinations} destination${destinations === 1 ? '' : 's'}`;
  const run = () => startAndWakeUp(context, { ...data, destinations: copies.databases });
  const measurements = await alternate(context, place, [{ name: OURS, run }]);
  await verifySameEvents(data.source, copies.databases, context.stop);
  return measurements;
}

async function startAndWakeUp(
  context: BenchContext,
  {
    source,
    destinations,
  }: Pick<DataSet, 'source'> & Pick<Parameters<typeof startReplicator>[0], 'destinations'>,
) {
  const startedAtMs = performance.now();
  await using replicator = startReplicator({ ...context, source, destinations });
  await replicator.until('caught up', destinations.length);
  const startSeconds = (performance.now() - startedAtMs) / 1000;
  const startCpuSeconds = replicator.usage().cpuSeconds;
  const seconds = context.quick ? 1 : 4;
  const replicatorCpuSeconds = () => replicator.usage().cpuSeconds;
  const { failed } = replicator;
  const load = {
    ...SMALL_LOAD,
    source,
    destinations,
    seconds,
    failed,
    replicatorCpuSeconds,
    isWarm: context.quick,
  };
  const loaded = await loadLive(context, load);
  const wakeUps = await passes(destinations, loaded);
  const { peakMemoryMb } = replicator.usage();
  return {
    startSeconds,
    startCpuSeconds,
    replicatorMicros: (loaded.used.replicatorCpuSeconds / wakeUps) * 1e6,
    sourceMicros: (loaded.used.sourceCpuSeconds / wakeUps) * 1e6,
    peakMemoryMb,
  };
}

/** What was seen, before anything is fitted. */
function observed(observations: readonly LiveObservation[]): Section {
  return {
    title: 'Cores kept busy by live replication',
    text: 'Person-sized events of the performance data, committed at a steady pace; each line is one run. "Destinations": the one server that all of them are on.',
    metrics: [
      { name: 'replicator', unit: "replicator's cores", better: 'lower' },
      { name: 'source', unit: "source's cores", better: 'lower' },
      { name: 'destinations', unit: "destinations' cores", better: 'lower' },
    ],
    measurements: observations.map(({ destinations, eventsPerSecond, passesPerSecond, cores }) => ({
      case: `${destinations} destination${destinations === 1 ? '' : 's'}`,
      contender: `${Math.round(passesPerSecond)} wake-ups/s, ${Math.round(eventsPerSecond)} events/s`,
      samples: Object.fromEntries(Object.entries(cores).map(([part, value]) => [part, [value]])),
    })),
    charted: [],
  };
}
