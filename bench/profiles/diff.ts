import { digestSql } from '../../src/diff/digest-sql.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { alternate, type Contender } from '../measure/alternate.js';
import { startChild } from '../measure/child.js';
import { execute, select } from '../measure/clusters.js';
import { commandFile, writeConfiguration } from '../measure/commands.js';
import type { DataSet } from '../measure/data-sets.js';
import { freshDestinations } from '../measure/databases.js';
import { copyThroughPipes } from '../peers/copy-pipe.js';
import { compareParsedRows } from '../peers/parsed-rows.js';
import { compareByStreaming } from '../peers/stream-rows.js';
import { ratioFinding } from '../report/findings.js';
import type { Finding, Measurement } from '../report/result.js';
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

interface Pair {
  readonly left: ConnectionParams;
  readonly right: ConnectionParams;
}

async function runDiff(context: BenchContext): Promise<ProfileFindings> {
  const data = await context.dataSets.person(context.quick ? 20_000 : 700_000);
  await using copies = await freshDestinations(context.clusters.destination, 1);
  const [right] = copies.databases;
  if (right === undefined) throw new Error('no destination was made');
  await copyThroughPipes(data.source, [right], context.stop);
  await execute(right, 'VACUUM (FREEZE, ANALYZE) public.events');
  const pair = { left: data.source, right };
  const contenders = [ours(context, pair), streaming(pair), parsed(pair), digest(pair)];
  const measurements = await alternate(context, EQUAL, contenders);
  await verifyThatDifferencesAreSeen(context, pair);
  return { sections: [section(data, measurements)], findings: findings(measurements), notes: [] };
}

function section({ events }: DataSet, measurements: readonly Measurement[]) {
  return {
    title: 'Equal tables',
    text: `Two equal tables of ${events.toLocaleString('en-US')} events. "${STREAMING}": both are sent to one process in order and hashed there, as bytes of COPY. "${PARSED}": the same in pages of 50,000 rows that the driver parses, as version 0.1.4 did it. "${DIGEST}": the least that a comparison inside the servers can take; both at the same time, the slower one counts.`,
    metrics: [{ name: 'seconds', unit: 's', better: 'lower' as const }],
    measurements,
  };
}

/** The shipped command, from starting the process to its end. */
function ours(context: BenchContext, pair: Pair): Contender {
  return timed(OURS, async () => {
    if ((await eventsDiff(context, pair)) !== 0) throw new Error('equal tables were called different');
  });
}

function streaming({ left, right }: Pair): Contender {
  return timed(STREAMING, async () => {
    if (!(await compareByStreaming(left, right))) throw new Error('equal tables were called different');
  });
}

function parsed({ left, right }: Pair): Contender {
  return timed(PARSED, async () => {
    if (!(await compareParsedRows(left, right))) throw new Error('equal tables were called different');
  });
}

function digest({ left, right }: Pair): Contender {
  return timed(DIGEST, () =>
    Promise.all([left, right].map((each) => select(each, digestSql('hash', 'public.events')))),
  );
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

function timed(name: string, work: () => Promise<unknown>): Contender {
  return {
    name,
    run: async () => {
      const startedAtMs = performance.now();
      await work();
      return { seconds: (performance.now() - startedAtMs) / 1000 };
    },
  };
}

function findings(measurements: readonly Measurement[]): Finding[] {
  const place = (contender: string) => ({ case: EQUAL, contender });
  const metric = 'seconds';
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
