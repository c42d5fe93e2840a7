// @ts-nocheck
import type { BenchContext } from '../profiles/profile.js';
import { formatNumber } from '../report/format.js';
import type { Measurement } from '../report/result.js';

/** What one run gave, by metric name. */
export type Sample = Readonly<Record<string, number>>;

/** Somebody who does the work that is measured. */
export interface Contender {
  readonly name: string;
  /** Does the work once and checks its result. @throws Error if the result is wrong. */
  run(): Promise<Sample>;
}

/**
 * Lets the contenders run in turn, each `repeat` times, every round beginning with another one: what changes on the machine meanwhile
 * hits all of them alike.
 */
export async function alternate(
  context: Pick<BenchContext, 'repeat' | 'stop' | 'progress'>,
  situation: string,
  contenders: readonly Contender[],
): Promise<Measurement[]> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < context.repeat; round++) {
    for (const contender of rotated(contenders, round)) {
      context.stop.throwIfAborted();
      const sample = await contender.run();
      samples.get(contender.name)?.push(sample);
      context.progress.say(
        `${round + 1}/${context.repeat}  ${situation} · ${contender.name}: ${describeSample(sample)}`,
      );
    }
  }
  return contenders.map(({ name }) => ({
    case: situation,
    contender: name,
    samples: byMetric(samples.get(name) ?? []),
  }));
}

/** The same items, beginning with another one. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** One list per metric; what could not be measured is left out. */
function byMetric(samples: readonly Sample[]): Record<string, number[]> {
  const metrics = [...new Set(samples.flatMap(Object.keys))];
  const values = (metric: string) => samples.map((sample) => sample[metric] ?? Number.NaN);
  const measured = metrics.filter((metric) => values(metric).every(Number.isFinite));
  return Object.fromEntries(measured.map((metric) => [metric, values(metric)]));
}

function describeSample(sample: Sample): string {
  const parts = Object.entries(sample).filter(([, value]) => Number.isFinite(value));
  return parts.map(([metric, value]) => `${metric} ${formatNumber(value)}`).join(', ');
}
