// @ts-nocheck
import type { DatabaseServer } from '../../test/support/postgres/postgres-server.js';
import { alternate } from '../measure/alternate.js';
import { type Clusters, select } from '../measure/clusters.js';
import type { Load } from '../measure/paced-writer.js';
import { whyNoNativeReplication } from '../peers/why-no-native-replication.js';
import { ratioFinding, valueFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric, Section } from '../report/result.js';
import { liveReplicator, NATIVE, nativeReplication, OURS } from './live-contenders.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const METRICS: readonly Metric[] = [
  { name: 'p50Ms', unit: 'p50 ms', better: 'lower' },
  { name: 'p95Ms', unit: 'p95 ms', better: 'lower' },
  { name: 'p99Ms', unit: 'p99 ms', better: 'lower' },
  { name: 'firstP50Ms', unit: 'first destination, p50 ms', better: 'lower' },
  { name: 'lastP50Ms', unit: 'last destination, p50 ms', better: 'lower' },
  { name: 'lastP95Ms', unit: 'last destination, p95 ms', better: 'lower' },
  { name: 'lastP99Ms', unit: 'last destination, p99 ms', better: 'lower' },
  { name: 'sourceCpuSeconds', unit: "source's CPU seconds", better: 'lower' },
  { name: 'destinationCpuSeconds', unit: "destinations' CPU s", better: 'lower' },
  { name: 'replicatorCpuSeconds', unit: "replicator's CPU s", better: 'lower' },
];

const LOADS = [
  { transactionsPerSecond: 50, eventsPerTransaction: 1 },
  { transactionsPerSecond: 150, eventsPerTransaction: 20 },
] as const;
const [LIGHT, HEAVY] = LOADS;

const NOT_MEASURED: ProfileFindings = {
  findings: [],
  sections: [],
  notes: ['Left out: everything: it takes a server with track_commit_timestamp = on.'],
};

export const live: Profile = {
  name: 'live',
  question:
    'How long after its commit at the source is an event visible, and what does that cost the source?',
  run: runLive,
};

async function runLive(context: BenchContext): Promise<ProfileFindings> {
  if (!(await trackCommits(context.clusters))) return NOT_MEASURED;
  const sections: Section[] = [];
  for (const load of LOADS) sections.push(await measureLoad(context, load));
  const reason = whyNoNativeReplication(context.clusters);
  return {
    sections,
    findings: findings(sections.flatMap(({ measurements }) => measurements)),
    notes: reason === undefined ? [] : [`Left out: ${NATIVE}: ${reason}.`],
  };
}

/** Whether both servers know when a transaction was committed. */
export async function trackCommits({ source, destination }: Clusters): Promise<boolean> {
  const tracking = await Promise.all([source, destination].map(tracksCommits));
  return !tracking.includes(false);
}

async function tracksCommits(server: DatabaseServer): Promise<boolean> {
  const sql = "SELECT current_setting('track_commit_timestamp') = 'on' AS on";
  const [row] = await select<{ on: boolean }>(server.params('postgres'), sql);
  return row?.on === true;
}

async function measureLoad(context: BenchContext, load: Load): Promise<Section> {
  const { quick, clusters } = context;
  const seconds = quick ? 2 : 5;
  const measurements: Measurement[] = [];
  for (const destinations of quick ? [load === LIGHT ? 1 : 8] : [1, 8, 16]) {
    const work = { ...load, destinations, seconds };
    const native = whyNoNativeReplication(clusters) === undefined ? [nativeReplication(context, work)] : [];
    const contenders = [liveReplicator(context, work), ...native];
    measurements.push(...(await alternate(context, situation(load, destinations), contenders)));
  }
  return {
    title: describeLoad(load),
    text: `Milliseconds from commit at the source until visible at the destination, and the CPU seconds used in ${seconds} s of load (without the session that writes it). "First" and "last": the first and the last of the destinations to have a transaction.`,
    metrics: METRICS,
    measurements,
    charted: ['p50Ms', 'lastP50Ms', 'sourceCpuSeconds'],
  };
}

export function describeLoad({ transactionsPerSecond, eventsPerTransaction }: Load): string {
  const events = `${eventsPerTransaction} event${eventsPerTransaction === 1 ? '' : 's'}`;
  return `${transactionsPerSecond} transactions/s of ${events}`;
}

/** `8 destinations, 150/s × 20` */
export function situation(load: Load, destinations: number): string {
  const { transactionsPerSecond, eventsPerTransaction } = load;
  const rate = `${transactionsPerSecond}/s × ${eventsPerTransaction}`;
  return `${destinations} destination${destinations === 1 ? '' : 's'}, ${rate}`;
}

function findings(measurements: readonly Measurement[]): Finding[] {
  const against = (
    title: string,
    metric: string,
    where: { load: Load; destinations: number },
    atMost: number,
  ) => {
    const place = situation(where.load, where.destinations);
    return ratioFinding(measurements, {
      title: `${title}, ${place}`,
      metric,
      of: { case: place, contender: OURS },
      over: { case: place, contender: NATIVE },
      target: { atMost },
    });
  };
  const one = situation(LIGHT, 1);
  return [
    ...valueFinding(measurements, {
      title: `p50, ${one}`,
      metric: 'p50Ms',
      unit: 'ms',
      of: { case: one, contender: OURS },
      target: { atMost: 5 },
    }),
    ...LOADS.flatMap((load) => against('p50 against native', 'p50Ms', { load, destinations: 1 }, 2)),
    ...LOADS.flatMap((load) =>
      against('p50 of the last destination against native', 'lastP50Ms', { load, destinations: 8 }, 0.8),
    ),
    ...against("source's CPU against native", 'sourceCpuSeconds', { load: HEAVY, destinations: 8 }, 0.2),
  ];
}
