import { grouped } from '../../src/cli/words.js';
import { alternate } from '../measure/alternate.js';
import { QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import type { Load } from '../measure/paced-writer.js';
import { ratioFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric, Section } from '../report/result.js';
import { BACKFILL_METRICS, followingReplicator, warmUp } from './backfill-contenders.js';
import { situation, trackCommits } from './live.js';
import { liveReplicator } from './live-contenders.js';
import { scrapeFindings, scrapeMany } from './operate-scrape.js';
import type { BenchContext, Profile } from './profile.js';

const UNWATCHED = 'nobody looks';
const WATCHED = 'page open, scraped every 5 s';

/** A watched run may lose this much. */
const COST = 0.02;

const LIVE_METRICS: readonly Metric[] = [
  { name: 'p50Ms', unit: 'p50 ms', better: 'lower' },
  { name: 'p99Ms', unit: 'p99 ms', better: 'lower' },
  { name: 'replicatorCpuSeconds', unit: "replicator's CPU s", better: 'lower' },
  { name: 'sourceCpuSeconds', unit: "source's CPU s", better: 'lower' },
];

const LOADS: readonly (Load & { readonly destinations: number })[] = [
  { transactionsPerSecond: 50, eventsPerTransaction: 1, destinations: 1 },
  { transactionsPerSecond: 150, eventsPerTransaction: 20, destinations: 8 },
];

export const operate: Profile = {
  name: 'operate',
  question: 'What does it cost to look at a running replicator?',
  onlyWhenAsked: true,
  run: async (context) => {
    const isTracked = await trackCommits(context.clusters);
    const live = isTracked ? [await following(context)] : [];
    const sections = [await loading(context), ...live, await scrapeMany(context)];
    return {
      sections,
      findings: findings(sections.flatMap(({ measurements }) => measurements)),
      notes: isTracked ? [] : ['Left out: live: it takes a server with track_commit_timestamp = on.'],
    };
  },
};

async function loading(context: BenchContext): Promise<Section> {
  const data = await context.dataSets.person(context.quick ? QUICK_PERSON_EVENTS : 300_000);
  const measurements: Measurement[] = [];
  for (const destinations of DESTINATIONS) {
    const work = { data, destinations };
    await warmUp(context, work);
    const contenders = [
      followingReplicator(context, work, { name: UNWATCHED, isWatched: false }),
      followingReplicator(context, work, { name: WATCHED, isWatched: true }),
    ];
    measurements.push(...(await alternate(context, loadOf(destinations), contenders)));
  }
  return {
    title: 'First load',
    text: `${grouped(data.events)} events of person data into each empty destination, from the start of the process until all have caught up. ${WHO_LOOKS}`,
    metrics: BACKFILL_METRICS,
    measurements,
  };
}

async function following(context: BenchContext): Promise<Section> {
  const measurements: Measurement[] = [];
  const seconds = context.quick ? 2 : 20;
  for (const load of LOADS) {
    const work = { ...load, seconds };
    const contenders = [
      liveReplicator(context, work, { name: UNWATCHED }),
      liveReplicator(context, work, { name: WATCHED, isWatched: true }),
    ];
    measurements.push(...(await alternate(context, situation(load, load.destinations), contenders)));
  }
  return {
    title: 'Live',
    text: `${seconds} s of load. ${WHO_LOOKS}`,
    metrics: LIVE_METRICS,
    measurements,
  };
}

const DESTINATIONS = [1, 8] as const;
const WHO_LOOKS = `"${WATCHED}": one client reads /events, and asks for /metrics every 5 s; both run in another process on the same machine.`;

function loadOf(destinations: number): string {
  return `first load, ${destinations} destination${destinations === 1 ? '' : 's'}`;
}

function findings(measurements: readonly Measurement[]): Finding[] {
  const ratio = (title: string, where: string, metric: string, target?: Finding['target']) =>
    ratioFinding(measurements, {
      title: `${title}, ${where}`,
      metric,
      of: { case: where, contender: WATCHED },
      over: { case: where, contender: UNWATCHED },
      ...(target === undefined ? {} : { target }),
    });
  return [
    ...scrapeFindings(measurements),
    ...DESTINATIONS.flatMap((destinations) => [
      ...ratio('events/s', loadOf(destinations), 'eventsPerSecond', { atLeast: 1 - COST }),
      ...ratio('CPU', loadOf(destinations), 'cpuSeconds'),
    ]),
    ...LOADS.flatMap((load) => [
      ...ratio('CPU', situation(load, load.destinations), 'replicatorCpuSeconds', { atMost: 1 + COST }),
      ...ratio('p50', situation(load, load.destinations), 'p50Ms'),
    ]),
  ];
}
