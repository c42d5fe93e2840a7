// @ts-nocheck
import { PIPE_NAME } from '../peers/copy-pipe.js';
import { ratioFinding, valueFinding } from '../report/findings.js';
import type { Finding, Measurement, Target } from '../report/result.js';
import { OURS } from './backfill-contenders.js';
import { type Grid, livePlace, place, startPlace } from './distance-places.js';
import { situation } from './live.js';
import { NATIVE } from './live-contenders.js';

/** One way itself is not counted: nobody can be faster. */
const BEYOND_THE_WAY = [
  { quantile: 'p50', atMost: 3 },
  { quantile: 'p95', atMost: 10 },
] as const;
const P50_AGAINST_NATIVE = { atMost: 1.1 } as const;
/** By the number of destinations. */
const RATE_AGAINST_PIPES: Readonly<Record<number, number>> = { 1: 1.1, 8: 1.2 };
const START = { roundTripMs: 80, atMost: 0.95 } as const;

/**
 * What is demanded holds at every distance, so a target is compared with the worst of them. Without distance the
 * profiles `live` and `backfill` have targets of their own.
 * @param rate the metric that rates of first loads are compared by.
 */
export function findings(measurements: readonly Measurement[], grid: Grid, rate: string): Finding[] {
  return [
    ...liveTargets(measurements, grid),
    ...backfillTargets(measurements, grid, rate),
    ...startTargets(measurements, grid),
    ...ratios(measurements, rate),
  ];
}

function liveTargets(measurements: readonly Measurement[], { loads, destinations, roundTripsMs }: Grid) {
  const works = loads.flatMap((load) => destinations.map((count) => ({ load, count })));
  return works.flatMap(({ load, count }) => {
    const at = (roundTripMs: number, contender: string) => ({
      case: livePlace(roundTripMs, count, load),
      contender,
    });
    const where = situation(load, count);
    return [
      ...BEYOND_THE_WAY.flatMap(({ quantile, atMost }) =>
        worst(
          roundTripsMs,
          { title: `${quantile} less one way, ${where}`, target: { atMost } },
          (ms, query) =>
            valueFinding(measurements, {
              ...query,
              metric: `${quantile}BeyondMs`,
              unit: 'ms',
              of: at(ms, OURS),
            }),
        ),
      ),
      ...worst(
        roundTripsMs,
        { title: `p50 against native, ${where}`, target: P50_AGAINST_NATIVE },
        (ms, query) =>
          ratioFinding(measurements, { ...query, metric: 'p50Ms', of: at(ms, OURS), over: at(ms, NATIVE) }),
      ),
    ];
  });
}

function backfillTargets(
  measurements: readonly Measurement[],
  { destinations, roundTripsMs }: Grid,
  rate: string,
) {
  return destinations.flatMap((count) => {
    const pipes = count === 1 ? `a ${PIPE_NAME}` : `${count} parallel ${PIPE_NAME}s`;
    const title = `first load of ${count}, against ${pipes}`;
    const atLeast = RATE_AGAINST_PIPES[count];
    if (atLeast === undefined) return [];
    return worst(roundTripsMs, { title, target: { atLeast } }, (ms, query) => {
      const at = (contender: string) => ({ case: place(ms, count), contender });
      return ratioFinding(measurements, { ...query, metric: rate, of: at(OURS), over: at(PIPE_NAME) });
    });
  });
}

function startTargets(measurements: readonly Measurement[], { destinations }: Grid): Finding[] {
  const { roundTripMs, atMost } = START;
  return destinations.flatMap((count) =>
    valueFinding(measurements, {
      title: `start to live, ${startPlace(roundTripMs, count)}`,
      metric: 'liveSeconds',
      unit: 's',
      of: { case: startPlace(roundTripMs, count), contender: OURS },
      target: { atMost },
    }),
  );
}

/** What is asked about each distance. */
type Ask = (roundTripMs: number, query: { readonly title: string }) => Finding[];

/** Run by run, what was farthest from the target at any distance; nothing where somebody was not measured. */
export function worst(
  roundTripsMs: readonly number[],
  { title, target }: { readonly title: string; readonly target: Target },
  ask: Ask,
): Finding[] {
  const far = roundTripsMs.filter((ms) => ms > 0);
  const found = far.flatMap((ms) => ask(ms, { title }));
  const [first] = found;
  if (first === undefined) return [];
  const farthest = 'atLeast' in target ? Math.min : Math.max;
  const runs = Math.min(...found.map(({ values }) => values.length));
  const values = Array.from({ length: runs }, (_, run) =>
    farthest(...found.map((each) => each.values[run] ?? Number.NaN)),
  );
  const where = far.length === 1 ? `at ${far[0]} ms` : `the worst of ${far.join(', ')} ms`;
  return [{ title: `${title}, ${where}`, unit: first.unit, values, target }];
}

/** Ours over each of the others, everywhere. */
function ratios(measurements: readonly Measurement[], rate: string): Finding[] {
  return measurements
    .filter(({ contender }) => contender === OURS)
    .flatMap((ours) => {
      const isLive = ours.samples['p50Ms'] !== undefined;
      return measurements
        .filter((each) => each.case === ours.case && each.contender !== OURS)
        .flatMap((over) =>
          ratioFinding(measurements, {
            title: `${isLive ? 'p50' : 'rate'} against ${over.contender}, ${ours.case}`,
            metric: isLive ? 'p50Ms' : rate,
            of: ours,
            over,
          }),
        );
    });
}
