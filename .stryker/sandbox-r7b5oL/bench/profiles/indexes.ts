// @ts-nocheck
import pg from 'pg';
import { grouped } from '../../src/cli/words.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';
import { alternate, type Contender, type Sample } from '../measure/alternate.js';
import { execute } from '../measure/clusters.js';
import { cloneDatabases, freshDestinations } from '../measure/databases.js';
import { quantile } from '../measure/statistics.js';
import { copyThroughPipes } from '../peers/copy-pipe.js';
import { ratioFinding } from '../report/findings.js';
import type { Measurement, Metric, Section } from '../report/result.js';
import { type IndexUnderTest, indexesUsed, readIndexes } from './index-queries.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const COST_METRICS: readonly Metric[] = [
  { name: 'addedMicros', unit: 'µs added per insert', better: 'lower' },
  { name: 'insertMicros', unit: 'µs per insert', better: 'lower' },
  { name: 'sizeMb', unit: 'MB on disk', better: 'lower' },
  { name: 'buildSeconds', unit: 's to build', better: 'lower' },
];
const GAIN_METRICS: readonly Metric[] = [{ name: 'queryMs', unit: 'ms', better: 'lower' }];

const NONE = 'no secondary index';
const ALL = 'all of them';
const WITHOUT = 'without the index';
const WITH = 'with the index';
const COST = 'inserting';
/** How often each query runs per measurement: its median counts. */
const QUERY_RUNS = 5;

export const indexes: Profile = {
  name: 'indexes',
  question: 'What does each index cost per insert and on disk, and what does its query gain?',
  run: runIndexes,
};

/** A table without secondary indexes, some more events to insert into it, and the indexes that it had. */
interface Base {
  readonly template: ConnectionParams;
  readonly tested: readonly IndexUnderTest[];
  readonly events: number;
  readonly more: number;
}

async function runIndexes(context: BenchContext): Promise<ProfileFindings> {
  const { events, source } = await context.dataSets.perf(context.quick ? 40_000 : 300_000);
  await using made = await freshDestinations(context.clusters.destination, 1);
  const [template] = made.databases;
  if (template === undefined) throw new Error('no destination was made');
  await copyThroughPipes(source, [template], context.stop);
  const more = Math.round(events / 10);
  const base = { template, events, more, tested: await stripIndexes(template, events, more) };
  const contenders = [
    variant(context, base, NONE, []),
    ...base.tested.map((index) => variant(context, base, index.name, [index])),
    variant(context, base, ALL, base.tested),
  ];
  const measured = await alternate(context, COST, contenders);
  const gained = base.tested.flatMap(({ name }) => gain(measured, name));
  return {
    sections: [
      costSection(
        base,
        measured.map((each) => withAdded(each, measured)),
      ),
      gainSection(gained),
    ],
    findings: base.tested.flatMap(({ name }) =>
      ratioFinding(gained, {
        title: `${name}: so many times as fast is its query with it`,
        metric: 'queryMs',
        of: { case: name, contender: WITHOUT },
        over: { case: name, contender: WITH },
      }),
    ),
    notes: base.tested.map(({ name, query }) => `${name}: ${query}`),
  };
}

async function stripIndexes(
  database: ConnectionParams,
  events: number,
  more: number,
): Promise<IndexUnderTest[]> {
  await using connection = await connectTo(database);
  const tested = await readIndexes(connection);
  const drops = tested.map(({ name }) => `DROP INDEX public.${pg.escapeIdentifier(name)}`);
  const copied = `SELECT id + ${events} AS id, ts, event FROM public.events WHERE id <= ${more}`;
  const statements = [...drops, `CREATE TABLE public.more AS ${copied}`, 'VACUUM (FREEZE, ANALYZE)'];
  for (const statement of statements) await connection.query(statement);
  return tested;
}

/** The table with some of its indexes: builds them, runs their queries (with none: all queries), inserts more. */
function variant(
  context: BenchContext,
  { template, tested, more }: Base,
  name: string,
  built: readonly IndexUnderTest[],
): Contender {
  return {
    name,
    run: async () => {
      await using clone = await cloneDatabases(context.clusters.destination, template, 1);
      const [database] = clone.databases;
      if (database === undefined) throw new Error('no clone was made');
      await using connection = await connectTo(database);
      const buildSeconds = await secondsOf(connection, ...built.map(({ definition }) => definition));
      await connection.query('ANALYZE public.events');
      await execute(database, 'CHECKPOINT');
      const queries = await timeQueries(connection, built.length === 0 ? tested : built, built.length > 0);
      const insertSeconds = await secondsOf(
        connection,
        'INSERT INTO public.events SELECT * FROM public.more',
      );
      return {
        insertMicros: (insertSeconds / more) * 1e6,
        ...(built.length === 0 ? {} : { sizeMb: await sizeMb(connection, built), buildSeconds }),
        ...queries,
      };
    },
  };
}

/** Median time of each index's query, by the name of the index. @throws Error if the index is not used although it is there. */
async function timeQueries(
  connection: Connection,
  tested: readonly IndexUnderTest[],
  isThere: boolean,
): Promise<Sample> {
  const sample: Record<string, number> = {};
  for (const { name, query } of tested) {
    const used = await indexesUsed(connection, query);
    if (used.has(name) !== isThere)
      throw new Error(`${name} is ${isThere ? 'not ' : ''}used for its query: ${query}`);
    const runs: number[] = [];
    for (let run = 0; run < QUERY_RUNS; run++) runs.push((await secondsOf(connection, query)) * 1000);
    sample[name] = quantile(runs, 0.5);
  }
  return sample;
}

async function secondsOf(connection: Connection, ...statements: readonly string[]): Promise<number> {
  const startedAtMs = performance.now();
  for (const statement of statements) await connection.query(statement);
  return (performance.now() - startedAtMs) / 1000;
}

async function sizeMb(connection: Connection, built: readonly IndexUnderTest[]): Promise<number> {
  const sql =
    'SELECT sum(pg_relation_size(name::regclass))::float8 / 1e6 AS mb FROM unnest($1::text[]) AS name';
  const [row] = await connection.query<{ mb: number }>(sql, [built.map(({ name }) => `public.${name}`)]);
  return row?.mb ?? Number.NaN;
}

/** What an insert takes longer than without any secondary index, run by run. */
function withAdded(measurement: Measurement, measured: readonly Measurement[]): Measurement {
  const bare = measured.find(({ contender }) => contender === NONE)?.samples['insertMicros'] ?? [];
  const { insertMicros = [] } = measurement.samples;
  if (measurement.contender === NONE) return measurement;
  const addedMicros = insertMicros.map((micros, run) => micros - (bare[run] ?? Number.NaN));
  return { ...measurement, samples: { addedMicros, ...measurement.samples } };
}

/** A query's times without its index, from the run without any, and with it. */
function gain(measured: readonly Measurement[], index: string): Measurement[] {
  const timesOf = (contender: string) =>
    measured.find((each) => each.contender === contender)?.samples[index] ?? [];
  return [
    { case: index, contender: WITHOUT, samples: { queryMs: timesOf(NONE) } },
    { case: index, contender: WITH, samples: { queryMs: timesOf(index) } },
  ];
}

function costSection({ events, more }: Base, measurements: readonly Measurement[]): Section {
  return {
    title: 'What an index costs',
    text: `${grouped(events)} events of performance data in the table, ${grouped(more)} more inserted by one statement inside the server. "Added": compared with ${NONE}; the table itself and its primary key are in all of them.`,
    metrics: COST_METRICS,
    measurements,
  };
}

function gainSection(measurements: readonly Measurement[]): Section {
  return {
    title: 'What its query gains',
    text: `Median of ${QUERY_RUNS} runs each, everything in memory; EXPLAIN was asked whether the index is used. The queries stand below.`,
    metrics: GAIN_METRICS,
    measurements,
  };
}
