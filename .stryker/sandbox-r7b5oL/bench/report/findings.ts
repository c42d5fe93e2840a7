// @ts-nocheck
import { pairedRatios, spread } from '../measure/statistics.js';
import type { Finding, Measurement, ProfileResult, Target } from './result.js';

/** Which measurement of a profile. */
interface Which {
  readonly case: string;
  readonly contender: string;
}

export interface RatioQuery {
  readonly title: string;
  readonly metric: string;
  readonly of: Which;
  readonly over: Which;
  readonly target?: Target;
}

/** `of` over `over`, run by run; nothing where one of them was not measured. */
export function ratioFinding(measurements: readonly Measurement[], query: RatioQuery): Finding[] {
  const of = samplesOf(measurements, query.of, query.metric);
  const over = samplesOf(measurements, query.over, query.metric);
  if (of === undefined || over === undefined) return [];
  return [finding({ ...query, unit: '×' }, pairedRatios(of, over))];
}

export interface ValueQuery {
  readonly title: string;
  readonly metric: string;
  readonly unit: string;
  readonly of: Which;
  readonly target?: Target;
}

/** A measured value as it is; nothing where it was not measured. */
export function valueFinding(measurements: readonly Measurement[], query: ValueQuery): Finding[] {
  const values = samplesOf(measurements, query.of, query.metric);
  return values === undefined ? [] : [finding(query, values)];
}

/** What a profile found. Targets are for full runs: a quick one shows who is ahead, not by how much. */
export function findingsOf({
  quick,
  findings,
}: Pick<ProfileResult, 'quick' | 'findings'>): readonly Finding[] {
  return quick ? findings.map(({ title, unit, values }) => ({ title, unit, values })) : findings;
}

/** Is what was demanded met by the median? Undefined where nothing was demanded. */
export function isMet({ target, values }: Finding): boolean | undefined {
  if (target === undefined) return undefined;
  const { median } = spread(values);
  return 'atLeast' in target ? median >= target.atLeast : median <= target.atMost;
}

function samplesOf(measurements: readonly Measurement[], which: Which, metric: string) {
  const samples = measurements.find((each) => each.case === which.case && each.contender === which.contender)
    ?.samples[metric];
  return samples === undefined || samples.length === 0 ? undefined : samples;
}

function finding(
  { title, unit, target }: { title: string; unit: string; target?: Target },
  values: readonly number[],
): Finding {
  return { title, unit, values, ...(target === undefined ? {} : { target }) };
}
