// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { alternate, type Contender } from '../measure/alternate.js';
import type { DataSet } from '../measure/data-sets.js';
import { describeMachine } from '../measure/machine.js';
import { PIPE_NAME } from '../peers/copy-pipe.js';
import { whyNoPgcopydb } from '../peers/pgcopydb.js';
import { ratioFinding } from '../report/findings.js';
import type { Finding, Measurement, Section } from '../report/result.js';
import {
  BACKFILL_METRICS,
  copyPipes,
  OURS,
  PGCOPYDB,
  PIPES,
  pgcopydb,
  quotedRate,
  replicator,
  warmUp,
} from './backfill-contenders.js';
import type { BenchContext, Profile } from './profile.js';

const DEFERRED = `${OURS}, deferIndexes`;
const ONE = 'performance data, 1 destination';
const EIGHT = 'performance data, 8 destinations';

export const deferred: Profile = {
  name: 'deferred',
  question: 'What does it gain to build the indexes after a backfill?',
  run: async (context) => {
    const { postgres } = await describeMachine(context.clusters.destination);
    const reason = whyNoPgcopydb(postgres);
    const section = await fullIndexes(context, reason === undefined);
    return {
      sections: [section],
      findings: findings(section.measurements, quotedRate(context)),
      notes: reason === undefined ? [] : [`Left out: ${PGCOPYDB}: ${reason}.`],
    };
  },
};

async function fullIndexes(context: BenchContext, withPgcopydb: boolean): Promise<Section> {
  const { quick, dataSets } = context;
  const data = await dataSets.perf(quick ? 40_000 : 1_000_000);
  const single = { data, destinations: 1 };
  await warmUp(context, single);
  const clone = withPgcopydb ? [pgcopydb(context, single)] : [];
  const measurements = await alternate(context, ONE, [...replicatorsAndPipes(context, single), ...clone]);
  const shared = await dataSets.perf(40_000);
  if (!quick) {
    const work = { data: shared, destinations: 8 };
    measurements.push(...(await alternate(context, EIGHT, replicatorsAndPipes(context, work))));
  }
  return describe(measurements, data, shared);
}

function replicatorsAndPipes(
  context: BenchContext,
  work: { data: DataSet; destinations: number },
): Contender[] {
  return [
    replicator(context, work),
    replicator(context, work, { name: DEFERRED, settings: { deferIndexes: true } }),
    copyPipes(context, work),
  ];
}

function describe(measurements: readonly Measurement[], one: DataSet, eight: DataSet): Section {
  const [single, each] = [one, eight].map(({ events }) => grouped(events));
  return {
    title: 'Full indexes, kept or deferred',
    text: `Performance data fills all six secondary indexes: ${single} events into one destination, ${each} into each of eight. deferIndexes builds them after the copy; its time includes that. So does pgcopydb's (2 table jobs, 2 index jobs).`,
    metrics: BACKFILL_METRICS,
    measurements,
    charted: ['copiedPerSecond', 'eventsPerSecond', 'startSeconds'],
  };
}

function findings(
  measurements: readonly Measurement[],
  { metric, suffix }: ReturnType<typeof quotedRate>,
): Finding[] {
  const against = (title: string, place: string, over: string, target?: { atLeast: number }) =>
    ratioFinding(measurements, {
      title: `${title}${suffix}`,
      metric,
      of: { case: place, contender: DEFERRED },
      over: { case: place, contender: over },
      ...(target === undefined ? {} : { target }),
    });
  return [
    ...against(`deferIndexes, against a ${PIPE_NAME} with indexes kept`, ONE, PIPE_NAME, { atLeast: 2 }),
    ...against('deferIndexes, against pgcopydb clone', ONE, PGCOPYDB, { atLeast: 1.2 }),
    ...against('deferIndexes, against indexes kept', ONE, OURS),
    ...against(`8 destinations, deferIndexes, against 8 parallel ${PIPE_NAME}s`, EIGHT, PIPES),
  ];
}
