import { alternate, type Contender } from '../measure/alternate.js';
import type { DataSet } from '../measure/data-sets.js';
import { freshDestinations } from '../measure/databases.js';
import { describeMachine } from '../measure/machine.js';
import { copyThroughPipes, PIPE_NAME } from '../peers/copy-pipe.js';
import { exportHalves } from '../peers/local-files.js';
import { whyNoPgcopydb } from '../peers/pgcopydb.js';
import { whyNoNativeReplication } from '../peers/why-no-native-replication.js';
import { ratioFinding, valueFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric, Section } from '../report/result.js';
import {
  copyPipes,
  LIMIT,
  machineLimit,
  NATIVE,
  nativeInitialSync,
  OURS,
  PGCOPYDB,
  PIPES,
  pgcopydb,
  replicator,
} from './backfill-contenders.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const METRICS: readonly Metric[] = [
  { name: 'eventsPerSecond', unit: 'events/s', better: 'higher' },
  { name: 'seconds', unit: 's', better: 'lower' },
  { name: 'startSeconds', unit: 's of these to start', better: 'lower' },
  { name: 'cpuSeconds', unit: "s of the replicator's CPU", better: 'lower' },
  { name: 'peakMemoryMb', unit: 'MB peak', better: 'lower' },
];

const DEFERRED = `${OURS}, deferIndexes`;
const ONE = 'person data, 1 destination';
const EIGHT = 'person data, 8 destinations';
const PERF_ONE = 'performance data, 1 destination';
const PERF_EIGHT = 'performance data, 8 destinations';

export const backfill: Profile = {
  name: 'backfill',
  question: 'How fast are empty destinations filled, and what else could do it?',
  run: runBackfill,
};

async function runBackfill(context: BenchContext): Promise<ProfileFindings> {
  const { quick, dataSets } = context;
  const person = await dataSets.person(quick ? 50_000 : 500_000);
  const shared = await dataSets.person(quick ? 10_000 : 100_000);
  const perf = await dataSets.perf(quick ? 20_000 : 300_000);
  const sharedPerf = quick ? perf : await dataSets.perf(40_000);
  const notes = await whoIsMissing(context);
  const sections = [
    await oneDestination(context, person),
    await severalDestinations(context, shared),
    ...(quick ? [] : [await lanesAndThreads(context, person)]),
    await fullIndexes(context, perf, sharedPerf),
  ];
  return { findings: findings(sections.flatMap(({ measurements }) => measurements)), sections, notes };
}

async function oneDestination(context: BenchContext, data: DataSet): Promise<Section> {
  const work = { data, destinations: 1 };
  await using warm = await freshDestinations(context.clusters.destination, 1);
  const [filled] = warm.databases;
  if (filled === undefined) throw new Error('no destination was made');
  await copyThroughPipes(data.source, [filled], context.stop);
  await using files = await exportHalves(filled);
  const native = whyNoNativeReplication(context.clusters) === undefined;
  const contenders = [
    replicator(context, work),
    copyPipes(context, work),
    ...(native ? [nativeInitialSync(context, work)] : []),
    machineLimit(context, work, files),
  ];
  return {
    title: 'One destination',
    text: `${count(data)} events of person data into one empty destination with its six secondary indexes. "${LIMIT}": two sessions of the server copy the same events from files on its own disk, in any order: what this machine can write at all.`,
    metrics: METRICS,
    measurements: await alternate(context, ONE, contenders),
  };
}

async function severalDestinations(context: BenchContext, data: DataSet): Promise<Section> {
  const measurements: Measurement[] = [];
  for (const destinations of context.quick ? [8] : [2, 4, 8]) {
    const work = { data, destinations };
    const contenders = [replicator(context, work), copyPipes(context, work)];
    measurements.push(...(await alternate(context, `person data, ${destinations} destinations`, contenders)));
  }
  return {
    title: 'Several destinations at the same time',
    text: `${count(data)} events of person data into each; events/s of all destinations together.`,
    metrics: METRICS,
    measurements,
  };
}

async function lanesAndThreads(context: BenchContext, data: DataSet): Promise<Section> {
  const work = { data, destinations: 1 };
  const contenders = [1, 2, 4].flatMap((lanes) =>
    [1, 2].map((threads) =>
      replicator(context, work, {
        name: `${lanes} lane${lanes === 1 ? '' : 's'}, ${threads} thread${threads === 1 ? '' : 's'}`,
        settings: { lanes, threads },
      }),
    ),
  );
  return {
    title: 'Lanes and threads',
    text: `${count(data)} events of person data into one destination: parallel COPYs per destination (lanes) and threads that write.`,
    metrics: METRICS,
    measurements: await alternate(context, ONE, contenders),
  };
}

async function fullIndexes(context: BenchContext, one: DataSet, eight: DataSet): Promise<Section> {
  const { postgres } = await describeMachine(context.clusters.destination);
  const both = (work: { data: DataSet; destinations: number }): Contender[] => [
    replicator(context, work),
    replicator(context, work, { name: DEFERRED, settings: { deferIndexes: true } }),
    copyPipes(context, work),
  ];
  const single = { data: one, destinations: 1 };
  const clone = whyNoPgcopydb(postgres) === undefined ? [pgcopydb(context, single)] : [];
  const measurements = await alternate(context, PERF_ONE, [...both(single), ...clone]);
  if (!context.quick) {
    measurements.push(...(await alternate(context, PERF_EIGHT, both({ data: eight, destinations: 8 }))));
  }
  return {
    title: 'Full indexes, kept or deferred',
    text: `Performance data fills all six secondary indexes: ${count(one)} events into one destination, ${count(eight)} into each of eight. deferIndexes builds them after the copy; its time includes that. So does pgcopydb's (2 table jobs, 2 index jobs).`,
    metrics: METRICS,
    measurements,
  };
}

async function whoIsMissing({ clusters }: BenchContext): Promise<string[]> {
  const { postgres } = await describeMachine(clusters.destination);
  const reasons: [string, string | undefined][] = [
    [NATIVE, whyNoNativeReplication(clusters)],
    [PGCOPYDB, whyNoPgcopydb(postgres)],
  ];
  return reasons.flatMap(([peer, reason]) => (reason === undefined ? [] : [`Left out: ${peer}: ${reason}.`]));
}

function findings(measurements: readonly Measurement[]): Finding[] {
  const metric = 'eventsPerSecond';
  const ours = (situation: string) => ({ case: situation, contender: OURS });
  const theirs = (situation: string, contender: string) => ({ case: situation, contender });
  const deferred = { case: PERF_ONE, contender: DEFERRED };
  const ratio = (title: string, of: typeof deferred, over: typeof deferred, atLeast: number) =>
    ratioFinding(measurements, { title, metric, of, over, target: { atLeast } });
  const memory = (title: string, situation: string, atMost: number) =>
    valueFinding(measurements, {
      title,
      metric: 'peakMemoryMb',
      unit: 'MB',
      of: ours(situation),
      target: { atMost },
    });
  return [
    ...ratio(`1 destination, against a ${PIPE_NAME}`, ours(ONE), theirs(ONE, PIPE_NAME), 1.2),
    ...ratio("1 destination, against native replication's initial sync", ours(ONE), theirs(ONE, NATIVE), 2),
    ...ratio("1 destination, against the machine's limit", ours(ONE), theirs(ONE, LIMIT), 0.85),
    ...ratio(`8 destinations, against 8 parallel ${PIPE_NAME}s`, ours(EIGHT), theirs(EIGHT, PIPES), 1.2),
    ...ratio(
      `full indexes, deferIndexes, against a ${PIPE_NAME} with indexes kept`,
      deferred,
      theirs(PERF_ONE, PIPE_NAME),
      2,
    ),
    ...ratio('full indexes, deferIndexes, against pgcopydb clone', deferred, theirs(PERF_ONE, PGCOPYDB), 1.2),
    ...memory('peak memory, 1 destination', ONE, 200),
    ...memory('peak memory, 8 destinations', EIGHT, 300),
  ];
}

function count({ events }: DataSet): string {
  return events.toLocaleString('en-US');
}
