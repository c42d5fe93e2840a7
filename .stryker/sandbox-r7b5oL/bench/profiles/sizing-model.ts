// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { type Fit, leastSquares, type Observation, predict } from '../measure/least-squares.js';
import type { Section } from '../report/result.js';

/** What one run did per second, and the cores that it kept busy with it. */
export interface LiveObservation {
  readonly destinations: number;
  readonly eventsPerSecond: number;
  /** Batches per destination and second: wake-ups that found something. */
  readonly passesPerSecond: number;
  readonly cores: Readonly<Record<Part, number>>;
}

/** Where CPU time is spent. */
export type Part = 'replicator' | 'source' | 'destinations';
export const PARTS: readonly Part[] = ['replicator', 'source', 'destinations'];

/** Microseconds of CPU, per part. */
export interface Costs {
  /** For looking once, whatever the number of destinations. */
  readonly perPass: number;
  /** For writing one batch to one destination. */
  readonly perWrite: number;
  /** For each event written to one destination. */
  readonly perEvent: number;
  /** Share of the variance that this explains. */
  readonly r2: number;
}

const MICROS = 1e6;

/** Fits what a part costs; the observations must vary in destinations, in passes and in events per pass. */
export function fitCosts(observations: readonly LiveObservation[], part: Part): Costs {
  const points: Observation[] = observations.map((observation) => ({
    predictors: predictorsOf(observation),
    y: observation.cores[part] * MICROS,
  }));
  const { coefficients, r2 } = fitNotBelowZero(points, [0, 1, 2]);
  const [perPass = 0, perWrite = 0, perEvent = 0] = coefficients;
  return { perPass, perWrite, perEvent, r2 };
}

/** Work never gives CPU back: what would come out below zero is too small to be seen, and is left out of the fit. */
function fitNotBelowZero(points: readonly Observation[], kept: readonly number[]): Fit {
  const { coefficients, r2 } = leastSquares(
    points.map(({ predictors, y }) => ({ predictors: kept.map((column) => predictors[column] ?? 0), y })),
  );
  const lowest = Math.min(...coefficients);
  if (lowest < 0)
    return fitNotBelowZero(
      points,
      kept.filter((_, index) => coefficients[index] !== lowest),
    );
  const all = points[0]?.predictors.map((_, column) => coefficients[kept.indexOf(column)] ?? 0) ?? [];
  return { coefficients: all, r2 };
}

type Scale = Omit<LiveObservation, 'cores'>;

/** The cores that a part needs at some scale, by its costs. */
export function coresAt({ perPass, perWrite, perEvent }: Costs, scale: Scale): number {
  return predict([perPass, perWrite, perEvent], predictorsOf(scale)) / MICROS;
}

function predictorsOf({ destinations, eventsPerSecond, passesPerSecond }: Scale): number[] {
  return [passesPerSecond, passesPerSecond * destinations, eventsPerSecond * destinations];
}

/** The costs as a table. */
export function costsSection(costs: ReadonlyMap<Part, Costs>): Section {
  return {
    title: 'What it costs, fitted',
    text: 'Microseconds of CPU by least squares over the live runs: for each wake-up that finds something, for each batch written to one destination, and for each event written to one destination. r²: the share of the variance that this explains. Zero: too small to be seen.',
    metrics: [
      { name: 'perWrite', unit: 'µs per batch and destination', better: 'lower' },
      { name: 'perEvent', unit: 'µs per event and destination', better: 'lower' },
      { name: 'perPass', unit: 'µs per wake-up', better: 'lower' },
      { name: 'r2', unit: 'r²', better: 'higher' },
    ],
    measurements: [...costs].map(([part, { perPass, perWrite, perEvent, r2 }]) => ({
      case: 'live',
      contender: part,
      samples: { perPass: [perPass], perWrite: [perWrite], perEvent: [perEvent], r2: [r2] },
    })),
  };
}

/** What the costs say of a scale that was not measured. */
export function predictionSection(costs: ReadonlyMap<Part, Costs>, scales: readonly Scale[]): Section {
  return {
    title: 'What that predicts',
    text: `Cores kept busy, as far as the fit reaches. The part that needs the most cores for each machine it runs on is the first bottleneck: one process of the replicator writes with ${'`threads`'} threads, one COPY keeps at most one core of its server busy. When something is late, wake-ups are taken together, so that fewer and larger batches are written: then the lower line of a pair holds.`,
    metrics: [{ name: 'cores', unit: 'cores', better: 'lower' }],
    measurements: scales.flatMap((scale) =>
      [...costs].map(([part, fitted]) => ({
        case: describeScale(scale),
        contender: part,
        samples: { cores: [coresAt(fitted, scale)] },
      })),
    ),
  };
}

function describeScale({ destinations, eventsPerSecond, passesPerSecond }: Scale): string {
  const events = grouped(eventsPerSecond);
  return `${destinations} destinations, ${events} events/s, ${passesPerSecond} wake-ups/s`;
}
