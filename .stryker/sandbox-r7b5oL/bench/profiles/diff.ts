// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { digestSql } from '../../src/diff/tables/digest-sql.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { alternate, type Contender } from '../measure/alternate.js';
import { startChild } from '../measure/child.js';
import { execute, select } from '../measure/clusters.js';
import { commandFile, writeConfiguration } from '../measure/commands.js';
import { type DataSet, QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import { freshDestinations } from '../measure/databases.js';
import { copyThroughPipes } from '../peers/copy-pipe.js';
import { compareParsedRows } from '../peers/parsed-rows.js';
import { compareByStreaming } from '../peers/stream-rows.js';
import { ratioFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric } from '../report/result.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const OURS = 'slate-eventsDiff';
const STREAMING = 'streaming all rows, unparsed';
const PARSED = 'streaming all rows, parsed';
const DIGEST = 'one digest query per server';
const EQUAL = 'equal tables';

export const diff: Profile = {
  name: 'diff',
  question: 'How long does it take to prove that two tables are equal?',
  run: runDiff,
};

/** "To start": what the same takes for two empty tables, mostly Node and connecting. */
const METRICS: readonly Metric[] = [
  { name: 'comparingSeconds', unit: 'seconds comparing', better: 'lower' },
  { name: 'startSeconds', unit: 'seconds to start', better: 'lower' },
  { name: 'seconds', unit: 'seconds in all', better: 'lower' },
];

interface Pair {
  readonly left: ConnectionParams;
  readonly right: ConnectionParams;
}

interface Pairs {
  readonly full: Pair;
  readonly empty: Pair;
}

async function runDiff(context: BenchContext): Promise<ProfileFindings> {
  const { dataSets, quick } = context;
  const data = await (quick ? dataSets.multiplied(5 * QUICK_PERSON_EVENTS) : dataSets.person(700_000));
  await using copies = await freshDestinations(context.clusters.destination, 3);
  const [right, ...none] = copies.databases;
  const [emptyLeft, emptyRight] = none;
  if (right === undefined || emptyLeft === undefined || emptyRight === undefined)
    throw new Error('no destinations were made');
  await copyThroughPipes(data.source, [right], context.stop);
  await execute(right, 'VACUUM (FREEZE, ANALYZE) public.events');
  const pairs = { full: { left: data.source, right }, empty: { left: emptyLeft, right: emptyRight } };
  const measurements = await alternate(context, EQUAL, contenders(context, pairs));
  await verifyThatDifferencesAreSeen(context, pairs.full);
  const metric = quick ? 'comparingSeconds' : 'seconds';
  return { sections: [section(data, measurements)], findings: findings(measurements, metric), notes: [] };
}

function section({ events }: DataSet, measurements: readonly Measurement[]) {
  return {
    title: 'Equal tables',
    text: `Two equal tables of ${grouped(events)} events. "${STREAMING}": both are sent to one process in order and hashed there, as bytes of COPY. "${PARSED}": the same in pages of 50,000 rows that the driver parses, as version 0.1.4 did it. "${DIGEST}": the least that a comparison inside the servers can take; both at the same time, the slower one counts.`,
    metrics: METRICS,
    measurements,
    charted: ['comparingSeconds', 'startSeconds'],
  };
}

/** The shipped command, from starting the process to its end, and the other ways in this process. */
function contenders(context: BenchContext, pairs: Pairs): Contender[] {
  return [
    timed(OURS, pairs, async (pair) => (await eventsDiff(context, pair)) === 0),
    timed(STREAMING, pairs, ({ left, right }) => compareByStreaming(left, right)),
    timed(PARSED, pairs, ({ left, right }) => compareParsedRows(left, right)),
    timed(DIGEST, pairs, async ({ left, right }) => {
      await Promise.all([left, right].map((each) => select(each, digestSql('hash', 'public.events'))));
      return true;
    }),
  ];
}

/** @returns the exit code: 0 equal, 1 different. */
function eventsDiff({ folder, stop }: BenchContext, { left, right }: Pair): Promise<number> {
  const file = writeConfiguration(folder, { events1Params: left, events2Params: right });
  const args = [commandFile('slate-events-diff'), '-c', file];
  return startChild(process.execPath, args, { stop, accepted: [0, 1] }).ended;
}

/** Changes a microsecond: a comparison that is quick because it does not look would not notice. */
async function verifyThatDifferencesAreSeen(context: BenchContext, pair: Pair): Promise<void> {
  const change =
    "UPDATE public.events SET ts = ts + interval '1 microsecond' WHERE id = (SELECT max(id) / 2 FROM public.events)";
  await execute(pair.right, change);
  if ((await eventsDiff(context, pair)) !== 1) throw new Error(`${OURS} missed a changed microsecond`);
  if (await compareByStreaming(pair.left, pair.right))
    throw new Error(`${STREAMING} missed a changed microsecond`);
}

/** `compare` tells whether the tables are equal, which they are. */
function timed(name: string, { full, empty }: Pairs, compare: (pair: Pair) => Promise<boolean>): Contender {
  const secondsOf = async (pair: Pair) => {
    const startedAtMs = performance.now();
    if (!(await compare(pair))) throw new Error(`${name} called equal tables different`);
    return (performance.now() - startedAtMs) / 1000;
  };
  return {
    name,
    run: async () => {
      const startSeconds = await secondsOf(empty);
      const seconds = await secondsOf(full);
      return { comparingSeconds: seconds - startSeconds, startSeconds, seconds };
    },
  };
}

function findings(measurements: readonly Measurement[], metric: string): Finding[] {
  const place = (contender: string) => ({ case: EQUAL, contender });
  return [
    ...[STREAMING, PARSED].flatMap((peer) =>
      ratioFinding(measurements, {
        title: `${peer}, takes so many times as long as slate-eventsDiff`,
        metric,
        of: place(peer),
        over: place(OURS),
        target: { atLeast: 5 },
      }),
    ),
    ...ratioFinding(measurements, {
      title: "slate-eventsDiff against the slower server's single digest query",
      metric,
      of: place(OURS),
      over: place(DIGEST),
      target: { atMost: 1.3 },
    }),
  ];
}
