// @ts-nocheck
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { spread } from '../measure/statistics.js';
import type { Measurement, Metric, Section } from './result.js';
import { measuredMetrics } from './tables.js';

/** A chart as Chart.js takes it, without functions: it goes into the page as JSON. */
export interface Chart {
  readonly title: string;
  readonly heightPx: number;
  readonly configuration: ChartConfiguration<'bar'>;
}

const OURS_COLOUR = '#1769aa';
/** Ours, but not as it is meant to be used: what comes behind its name says how. */
const OURS_OTHERWISE_COLOUR = '#8fbbe0';
const OTHER_COLOURS = ['#9aa5b1', '#d98e04', '#5b8c5a', '#a05195', '#c0504d', '#607d8b', '#8d6e63'];
const SPREAD_COLOUR = '#222';
const PX_PER_BAR = 24;
const PX_AROUND = 80;
/** Above this ratio of the largest to the smallest median small bars cannot be seen on a linear axis. */
const LOGARITHMIC_FROM = 60;

/** The charts of a section: one for each quantity that it wants charted. */
export function chartsOf(section: Section): Chart[] {
  const metrics = measuredMetrics(section);
  const wanted = section.charted ?? metrics.slice(0, 1).map(({ name }) => name);
  return metrics
    .filter(({ name }) => wanted.includes(name))
    .map((metric) => metricChart(metric, section.measurements));
}

type Axis = 'linear' | 'logarithmic';

/**
 * A chart of one quantity, of those measurements that have it.
 * @param axis absent: the one on which the smallest bar can be seen.
 */
export function metricChart(metric: Metric, measurements: readonly Measurement[], axis?: Axis): Chart {
  const measured = measurements.filter(({ samples }) => (samples[metric.name]?.length ?? 0) > 0);
  return barChart(metric, measured, axis ?? axisType(measured, metric));
}

/** Horizontal bars, one group per situation: the median, with a line from the lowest to the highest run. */
function barChart(metric: Metric, measurements: readonly Measurement[], axis: Axis): Chart {
  const cases = [...new Set(measurements.map((measurement) => measurement.case))];
  const contenders = [...new Set(measurements.map(({ contender }) => contender))];
  const grouped = cases.length > 1 || contenders.length === 1;
  const labels = grouped ? cases : contenders;
  const datasets = grouped
    ? contenders.flatMap((contender, index) =>
        pair(
          contender,
          colourOf(contender, index),
          cases.map((each) => samplesOf(measurements, each, contender, metric)),
        ),
      )
    : pair(
        metric.unit,
        contenders.map(colourOf),
        contenders.map((contender) => samplesOf(measurements, cases[0] ?? '', contender, metric)),
      );
  return {
    title: `${metric.unit} (${metric.better} is better)`,
    heightPx: PX_AROUND + PX_PER_BAR * Math.max(labels.length * (datasets.length / 2), labels.length),
    configuration: {
      type: 'bar',
      data: { labels: labels.map(wrapped), datasets },
      options: {
        indexAxis: 'y',
        animation: false,
        maintainAspectRatio: false,
        plugins: { legend: { display: grouped && contenders.length > 1, position: 'bottom' } },
        scales: {
          y: { stacked: true, ticks: { autoSkip: false } },
          x: {
            stacked: false,
            type: axis,
            title: { display: true, text: metric.unit },
          },
        },
      },
    },
  };
}

/** Bars and their spreads; being of one stack they lie on top of each other, because only the label's axis is stacked. */
function pair(
  label: string,
  colour: string | string[],
  samples: readonly (readonly number[] | undefined)[],
): ChartDataset<'bar'>[] {
  const spreads = samples.map((values) => (values === undefined ? undefined : spread(values)));
  return [
    {
      label,
      stack: label,
      backgroundColor: colour,
      order: 2,
      data: spreads.map((each) => each?.median ?? null),
    },
    {
      label: `${label}: lowest to highest run`,
      stack: label,
      backgroundColor: SPREAD_COLOUR,
      barPercentage: 0.1,
      order: 1,
      data: spreads.map((each) => (each === undefined ? null : [each.min, each.max])),
    },
  ];
}

function samplesOf(
  measurements: readonly Measurement[],
  situation: string,
  contender: string,
  metric: Metric,
) {
  return measurements.find((each) => each.case === situation && each.contender === contender)?.samples[
    metric.name
  ];
}

function colourOf(contender: string, index: number): string {
  const other = OTHER_COLOURS[index % OTHER_COLOURS.length] ?? SPREAD_COLOUR;
  if (contender === 'slate-replicator' || contender === 'slate-eventsDiff') return OURS_COLOUR;
  return contender.startsWith('slate-replicator ') ? OURS_OTHERWISE_COLOUR : other;
}

function axisType(measurements: readonly Measurement[], { name }: Metric): Axis {
  const medians = measurements.map(({ samples }) => spread(samples[name] ?? [0]).median);
  const [lowest, highest] = [Math.min(...medians), Math.max(...medians)];
  return lowest > 0 && highest / lowest >= LOGARITHMIC_FROM ? 'logarithmic' : 'linear';
}

/** Chart.js shows an array as lines. */
function wrapped(label: string): string[] {
  return label.split(/(?<=,) /);
}
