// @ts-nocheck
import { pairedRatios, spread } from '../measure/statistics.js';
import { type Chart, metricChart } from './charts.js';
import { formatNumber } from './format.js';
import type { Measurement, Metric, ProfileResult } from './result.js';

/** What a reader sees first: one question, its charts, and how far our tool is from the others. */
export interface Picture {
  readonly title: string;
  readonly text: string;
  readonly charts: readonly Chart[];
  /** A sentence for each situation. */
  readonly readings: readonly string[];
}

/** A chart of a picture: of several metrics the first that was measured is drawn. */
interface WantedChart {
  readonly metrics: readonly string[];
  /** What it compares, in a sentence: `1.3 × the rate of psql pipe`. Absent: it is not put into words. */
  readonly noun?: string;
  /** Absent: the one on which the smallest bar can be seen. */
  readonly axis?: 'linear';
}

/** Where a picture comes from. */
interface Wanted {
  readonly profile: string;
  readonly title: string;
  readonly text: string;
  /** The situations that are drawn, of those that were measured. */
  readonly cases: RegExp;
  /** Those that are put into words; absent: all that are drawn. */
  readonly worded?: RegExp;
  readonly ours: string;
  readonly charted: readonly WantedChart[];
}

const OURS = 'slate-replicator';
/** Earlier results have only the rate that includes the start. */
const RATE = { metrics: ['copiedPerSecond', 'eventsPerSecond'], noun: 'rate' };
const START = { metrics: ['startSeconds'] };

const WANTED: readonly Wanted[] = [
  {
    profile: 'backfill',
    title: 'Filling one empty destination',
    text: 'Events per second; the start is left out where it has a chart of its own. "2 × local files" is what this machine can write at all: it reads no source.',
    cases: /^person data, 1 destination$/,
    ours: OURS,
    charted: [RATE, START],
  },
  {
    profile: 'backfill',
    title: 'Filling eight empty destinations at the same time',
    text: 'The same for eight destinations: events per second of all of them together.',
    cases: /^person data, 8 destinations$/,
    ours: OURS,
    charted: [RATE, START],
  },
  {
    profile: 'live',
    title: 'Live: from commit at the source until visible',
    text: 'Half of the transactions were visible at every destination within this time. "150/s × 20": 150 transactions a second of 20 events.',
    cases: /^[18] destinations?,/,
    ours: OURS,
    charted: [{ metrics: ['lastP50Ms'], noun: 'time' }],
  },
  {
    profile: 'live',
    title: 'Live: what that costs the source',
    text: "CPU seconds of the source's server during the same loads, without the session that writes the events.",
    cases: /^[18] destinations?,/,
    ours: OURS,
    charted: [{ metrics: ['sourceCpuSeconds'], noun: 'CPU time' }],
  },
  {
    profile: 'distance',
    title: 'Destinations far away: live, and filling empty ones',
    text: "By the length of a round trip between the source's server and the destinations'. Live, at 50 transactions a second of one event: half of them were committed at a destination within this time; nobody can be faster than one way, which is half a round trip. Then events per second of all destinations together; the start has a chart of its own.",
    cases: /^\d+ ms, [18] destinations?(, 50\/s × 1)?$/,
    worded: /^80 ms/,
    ours: OURS,
    // On a logarithmic axis three ways look as short as one.
    charted: [{ metrics: ['p50Ms'], noun: 'time', axis: 'linear' }, RATE, START],
  },
  {
    profile: 'diff',
    title: 'Proof: comparing two tables to the byte',
    text: 'Seconds to compare all events of both tables; the start is left out where it has a chart of its own.',
    cases: /^equal tables$/,
    ours: 'slate-eventsDiff',
    charted: [{ metrics: ['comparingSeconds', 'seconds'], noun: 'time' }, START],
  },
];

/** The pictures that a page begins with, as far as they were measured. */
export function picturesOf(results: readonly ProfileResult[]): Picture[] {
  return WANTED.flatMap((wanted) =>
    results
      .filter(({ profile }) => profile === wanted.profile)
      .flatMap((result) => pictureOf(result, wanted)),
  );
}

function pictureOf({ sections }: ProfileResult, wanted: Wanted): Picture[] {
  const shown = sections
    .map((section) => ({
      ...section,
      measurements: section.measurements.filter((each) => wanted.cases.test(each.case)),
    }))
    .filter(({ measurements }) => measurements.some(({ contender }) => contender === wanted.ours));
  const measurements = shown.flatMap((section) => section.measurements);
  const metrics = shown.flatMap((section) => section.metrics);
  const drawn = wanted.charted.flatMap(({ metrics: names, ...rest }) =>
    firstMeasured(names, metrics, measurements).map((metric) => ({ metric, ...rest })),
  );
  if (drawn.length === 0) return [];
  return [
    {
      title: wanted.title,
      text: wanted.text,
      charts: drawn.map(({ metric, axis }) => metricChart(metric, measurements, axis)),
      readings: drawn.flatMap(({ metric: { name }, noun }) =>
        noun === undefined ? [] : readings(measurements, { name, noun }, wanted),
      ),
    },
  ];
}

/** One contender alone makes no picture. */
function firstMeasured(
  names: readonly string[],
  metrics: readonly Metric[],
  measurements: readonly Measurement[],
): Metric[] {
  const measured = (name: string) => measurements.filter(({ samples }) => samples[name] !== undefined);
  return names
    .filter((name) => new Set(measured(name).map(({ contender }) => contender)).size > 1)
    .flatMap((name) => metrics.filter((metric) => metric.name === name))
    .slice(0, 1);
}

/** `8 destinations, 50/s × 1: slate-replicator has 1.3 × the time of native replication.` */
function readings(
  measurements: readonly Measurement[],
  read: { readonly name: string; readonly noun: string },
  { ours, worded = /^/ }: Pick<Wanted, 'ours' | 'worded'>,
): string[] {
  const cases = new Set(measurements.map((each) => each.case));
  return measurements
    .filter((each) => each.contender === ours && worded.test(each.case))
    .flatMap((own) => {
      const others = measurements.filter((each) => each.case === own.case && each.contender !== ours);
      const ratios = others.flatMap((other) => ratioTo(own, other, read));
      const where = cases.size > 1 ? `${own.case}: ` : '';
      return ratios.length === 0 ? [] : [`${where}${ours} has ${ratios.join(', ')}.`];
    });
}

/** Run by run, like every ratio that is quoted. */
function ratioTo(
  own: Measurement,
  other: Measurement,
  { name, noun }: { readonly name: string; readonly noun: string },
): string[] {
  const ratios = pairedRatios(own.samples[name] ?? [], other.samples[name] ?? []);
  return ratios.length === 0
    ? []
    : [`${formatNumber(spread(ratios).median)} × the ${noun} of "${other.contender}"`];
}
