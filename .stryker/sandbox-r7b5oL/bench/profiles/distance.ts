// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { connectTo } from '../../test/support/postgres/databases.js';
import { alternate } from '../measure/alternate.js';
import { type DataSet, QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import type { Load } from '../measure/paced-writer.js';
import { startWay, type Way } from '../measure/way.js';
import { whyNoNativeReplication } from '../peers/why-no-native-replication.js';
import { formatNumber } from '../report/format.js';
import type { Measurement, Metric, Section } from '../report/result.js';
import { BACKFILL_METRICS, quotedRate, warmUp } from './backfill-contenders.js';
import { AT_DESTINATION, backfillContenders, laneContenders, liveContenders } from './distance-contenders.js';
import { findings } from './distance-findings.js';
import { FULL_GRID, type Grid, livePlace, place, QUICK_GRID } from './distance-places.js';
import { filledDestinations, measureStart } from './distance-start.js';
import { describeLoad, trackCommits } from './live.js';
import { NATIVE } from './live-contenders.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const EVENTS = 200_000;
const SECONDS = 5;
const QUICK_SECONDS = 2;

/** A proxy that is busy most of the time is what is measured. */
const BUSY_METRIC: Metric = { name: 'wayBusy', unit: "share of the proxy's time", better: 'lower' };

const LIVE_METRICS: readonly Metric[] = [
  { name: 'p50Ms', unit: 'p50 ms', better: 'lower' },
  { name: 'p95Ms', unit: 'p95 ms', better: 'lower' },
  { name: 'p50BeyondMs', unit: 'p50 less one way, ms', better: 'lower' },
  { name: 'p95BeyondMs', unit: 'p95 less one way, ms', better: 'lower' },
  { name: 'lastP50Ms', unit: 'last destination, p50 ms', better: 'lower' },
  { name: 'sourceCpuSeconds', unit: "source's CPU seconds", better: 'lower' },
  { name: 'replicatorCpuSeconds', unit: "replicator's CPU s", better: 'lower' },
  BUSY_METRIC,
];

export const distance: Profile = {
  name: 'distance',
  question: 'What does it cost when the destinations are far away, and where should the replicator stand?',
  onlyWhenAsked: true,
  run: runDistance,
};

/** One distance of the grid. */
interface Reach {
  readonly roundTripMs: number;
  readonly way: Way;
}

async function runDistance(context: BenchContext): Promise<ProfileFindings> {
  const { quick, dataSets, clusters } = context;
  const grid = quick ? QUICK_GRID : FULL_GRID;
  const sections: Section[] = [];
  const tracking = await trackCommits(clusters);
  if (tracking) for (const load of grid.loads) sections.push(await liveSection(context, grid, load));
  const data = await dataSets.person(quick ? QUICK_PERSON_EVENTS : EVENTS);
  sections.push(await backfillSection(context, grid, data), await startSection(context, grid, data));
  if (!quick) sections.push(await lanesSection(context, grid, data));
  const measurements = sections.flatMap((section) => section.measurements);
  return {
    sections,
    findings: findings(measurements, grid, quotedRate(context).metric),
    notes: [await roundTripsNote(context, grid), ...leftOut(context, tracking)],
  };
}

/** Measures the same at each distance. */
async function atEach(
  { clusters }: BenchContext,
  { roundTripsMs }: Grid,
  measure: (reach: Reach) => Promise<Measurement[]>,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const roundTripMs of roundTripsMs) {
    await using way = await startWay(clusters, roundTripMs / 2);
    measurements.push(...(await measure({ way, roundTripMs })));
  }
  return measurements;
}

async function liveSection(context: BenchContext, grid: Grid, load: Load): Promise<Section> {
  const { quick } = context;
  const seconds = quick ? QUICK_SECONDS : SECONDS;
  const measurements = await atEach(context, grid, async ({ way, roundTripMs }) => {
    const found: Measurement[] = [];
    for (const destinations of grid.destinations) {
      const work = { ...load, destinations, seconds, way, oneWayMs: roundTripMs / 2, isWarm: quick };
      const contenders = liveContenders(context, work, {
        elsewhere: destinations === 1 && load === grid.loads[0],
      });
      found.push(...(await alternate(context, livePlace(roundTripMs, destinations, load), contenders)));
    }
    return found;
  });
  return {
    title: `Live: ${describeLoad(load)}`,
    text: `Milliseconds from commit at the source until commit at the destination, of all destinations, by round trip between their servers, and the CPU seconds used in ${seconds} s of load. "${AT_DESTINATION}": it reads over the long way, and writes next door.`,
    metrics: LIVE_METRICS,
    measurements,
    charted: ['p50BeyondMs', 'p95BeyondMs'],
  };
}

async function backfillSection(context: BenchContext, grid: Grid, data: DataSet): Promise<Section> {
  await warmUp(context, { data, destinations: Math.max(...grid.destinations) });
  const measurements = await atEach(context, grid, async ({ way, roundTripMs }) => {
    const found: Measurement[] = [];
    for (const destinations of grid.destinations) {
      const contenders = backfillContenders(context, { data, destinations, way });
      found.push(...(await alternate(context, place(roundTripMs, destinations), contenders)));
    }
    return found;
  });
  return {
    title: 'Filling empty destinations',
    text: `${count(data)} events of person data into each; events/s of all destinations together. Pipes: one for each destination, all at the same time.`,
    metrics: [...BACKFILL_METRICS, BUSY_METRIC],
    measurements,
    charted: ['eventsPerSecond', 'startSeconds'],
  };
}

async function startSection(context: BenchContext, grid: Grid, data: DataSet): Promise<Section> {
  await using filled = await filledDestinations(context, data, Math.max(...grid.destinations));
  const measurements = await atEach(context, grid, async (reach) => {
    const found: Measurement[] = [];
    for (const destinations of grid.destinations) {
      const ends = { source: data.source, destinations: filled.databases.slice(0, destinations) };
      found.push(...(await measureStart(context, ends, reach)));
    }
    return found;
  });
  return {
    title: 'From start to live, with nothing to copy',
    text: `From starting the process until it is live everywhere; source and destinations hold the same ${count(data)} events.`,
    metrics: [{ name: 'liveSeconds', unit: 's from start to live', better: 'lower' }],
    measurements,
  };
}

async function lanesSection(context: BenchContext, grid: Grid, data: DataSet): Promise<Section> {
  const measurements = await atEach(context, grid, ({ way, roundTripMs }) =>
    alternate(
      context,
      `${place(roundTripMs, 1)}, lanes`,
      laneContenders(context, { data, destinations: 1, way }),
    ),
  );
  return {
    title: 'Lanes',
    text: `${count(data)} events into one destination. Where a round trip takes 5 ms and more, batches follow each other in one session, whatever "lanes" says.`,
    metrics: [...BACKFILL_METRICS, BUSY_METRIC],
    measurements,
    charted: ['eventsPerSecond'],
  };
}

/** What the proxy really takes: timers are exact to a millisecond. */
async function roundTripsNote(context: BenchContext, { roundTripsMs }: Grid): Promise<string> {
  const postgres = context.clusters.destination.params('postgres');
  const measured: string[] = [];
  for (const roundTripMs of roundTripsMs) {
    await using way = await startWay(context.clusters, roundTripMs / 2);
    await using connection = await connectTo(way.toDestination(postgres));
    measured.push(`${formatNumber(connection.roundTripMs)} ms for ${roundTripMs} ms`);
  }
  return `The shortest round trip of a query through the proxy: ${measured.join(', ')}.`;
}

function leftOut({ clusters }: BenchContext, tracking: boolean): string[] {
  const reason = whyNoNativeReplication(clusters);
  return [
    ...(tracking ? [] : ['Left out: live: it takes a server with track_commit_timestamp = on.']),
    ...(reason === undefined ? [] : [`Left out: ${NATIVE}: ${reason}.`]),
  ];
}

function count({ events }: DataSet): string {
  return grouped(events);
}
