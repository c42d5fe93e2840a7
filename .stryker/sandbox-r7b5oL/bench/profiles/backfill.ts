// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { alternate } from '../measure/alternate.js';
import { type DataSet, QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import { freshDestinations } from '../measure/databases.js';
import { copyThroughPipes, PIPE_NAME } from '../peers/copy-pipe.js';
import { exportHalves } from '../peers/local-files.js';
import { whyNoNativeReplication } from '../peers/why-no-native-replication.js';
import { ratioFinding, valueFinding } from '../report/findings.js';
import type { Finding, Measurement, Section } from '../report/result.js';
import {
  BACKFILL_METRICS,
  copyPipes,
  LIMIT,
  machineLimit,
  NATIVE,
  nativeInitialSync,
  OURS,
  PIPES,
  quotedRate,
  replicator,
  warmUp,
} from './backfill-contenders.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const ONE = 'person data, 1 destination';
const EIGHT = 'person data, 8 destinations';
/** Making eight databases takes longer than filling them with a little: each contender begins once. */
const QUICK_ROUNDS_OF_EIGHT = 2;

export const backfill: Profile = {
  name: 'backfill',
  question: 'How fast are empty destinations filled, and what else could do it?',
  quickRuns: 3,
  run: runBackfill,
};

async function runBackfill(context: BenchContext): Promise<ProfileFindings> {
  const { quick, dataSets } = context;
  const person = await dataSets.multiplied(quick ? 5 * QUICK_PERSON_EVENTS : 1_000_000);
  const shared = await dataSets.person(quick ? QUICK_PERSON_EVENTS : 300_000);
  const reason = whyNoNativeReplication(context.clusters);
  const sections = [
    await oneDestination(context, person),
    await severalDestinations(context, shared),
    ...(quick ? [] : [await lanesAndThreads(context, await dataSets.person(200_000))]),
  ];
  return {
    findings: findings(
      sections.flatMap(({ measurements }) => measurements),
      quotedRate(context),
    ),
    sections,
    notes: reason === undefined ? [] : [`Left out: ${NATIVE}: ${reason}.`],
  };
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
    metrics: BACKFILL_METRICS,
    charted: ['copiedPerSecond', 'startSeconds'],
    measurements: await alternate(context, ONE, contenders),
  };
}

async function severalDestinations(context: BenchContext, data: DataSet): Promise<Section> {
  const { quick, repeat } = context;
  const rounds = { ...context, repeat: quick ? Math.min(repeat, QUICK_ROUNDS_OF_EIGHT) : repeat };
  const measurements: Measurement[] = [];
  for (const destinations of quick ? [8] : [2, 4, 8]) {
    const work = { data, destinations };
    await warmUp(context, work);
    const contenders = [replicator(context, work), copyPipes(context, work)];
    measurements.push(...(await alternate(rounds, `person data, ${destinations} destinations`, contenders)));
  }
  return {
    title: 'Several destinations at the same time',
    text: `${count(data)} events of person data into each; events/s of all destinations together.`,
    metrics: BACKFILL_METRICS,
    charted: ['copiedPerSecond', 'startSeconds'],
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
    metrics: BACKFILL_METRICS,
    charted: ['copiedPerSecond', 'startSeconds'],
    measurements: await alternate(context, ONE, contenders),
  };
}

function findings(
  measurements: readonly Measurement[],
  { metric, suffix }: ReturnType<typeof quotedRate>,
): Finding[] {
  const theirs = (situation: string, contender: string) => ({ case: situation, contender });
  const ours = (situation: string) => theirs(situation, OURS);
  const ratio = (
    title: string,
    of: ReturnType<typeof ours>,
    over: ReturnType<typeof theirs>,
    atLeast: number,
  ) => ratioFinding(measurements, { title: `${title}${suffix}`, metric, of, over, target: { atLeast } });
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
    ...memory('peak memory, 1 destination', ONE, 200),
    ...memory('peak memory, 8 destinations', EIGHT, 300),
  ];
}

function count({ events }: DataSet): string {
  return grouped(events);
}
