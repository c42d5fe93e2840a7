// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { alternate } from '../measure/alternate.js';
import { QUICK_PERSON_EVENTS } from '../measure/data-sets.js';
import { ratioFinding, valueFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric, Section } from '../report/result.js';
import { OURS, replicator } from './backfill-contenders.js';
import type { BenchContext, Profile } from './profile.js';

const METRICS: readonly Metric[] = [
  { name: 'peakMemoryMb', unit: 'MB peak', better: 'lower' },
  { name: 'eventsPerSecond', unit: 'events/s', better: 'higher' },
  { name: 'cpuSeconds', unit: "s of the replicator's CPU", better: 'lower' },
];

const GIANT = 'one transaction, 1 destination';

export const memory: Profile = {
  name: 'memory',
  question:
    'How much memory does the replicator need at most, with many destinations and with a giant transaction?',
  run: async (context) => {
    const sections = [await manyDestinations(context), await giantTransaction(context)];
    return { sections, findings: findings(sections.flatMap(({ measurements }) => measurements)), notes: [] };
  },
};

async function manyDestinations(context: BenchContext): Promise<Section> {
  const data = await context.dataSets.person(context.quick ? QUICK_PERSON_EVENTS : 100_000);
  const measurements: Measurement[] = [];
  for (const destinations of context.quick ? [1] : [1, 8, 32]) {
    const contenders = [replicator(context, { data, destinations })];
    measurements.push(...(await alternate(context, situation(destinations), contenders)));
  }
  return {
    title: 'Many destinations',
    text: `Peak resident memory of the process (VmHWM, Node itself included) while ${grouped(data.events)} events of person data are copied to each destination, at default settings.`,
    metrics: METRICS,
    measurements,
  };
}

async function giantTransaction(context: BenchContext): Promise<Section> {
  const data = await context.dataSets.giant(context.quick ? QUICK_PERSON_EVENTS : 1_000_000);
  return {
    title: 'A giant transaction',
    text: `${grouped(data.events)} events that were committed at the source in one transaction.`,
    metrics: METRICS,
    measurements: await alternate(context, GIANT, [replicator(context, { data, destinations: 1 })]),
  };
}

function situation(destinations: number): string {
  return `${destinations} destination${destinations === 1 ? '' : 's'}`;
}

function findings(measurements: readonly Measurement[]): Finding[] {
  const metric = 'peakMemoryMb';
  const ours = (where: string) => ({ case: where, contender: OURS });
  const peak = (where: string, atMost: number) =>
    valueFinding(measurements, {
      title: `peak memory, ${where}`,
      metric,
      unit: 'MB',
      of: ours(where),
      target: { atMost },
    });
  return [
    ...peak(situation(1), 200),
    ...peak(situation(8), 300),
    ...peak(situation(32), 300),
    ...peak(GIANT, 350),
    ...ratioFinding(measurements, {
      title: 'peak memory, 32 destinations against 1',
      metric,
      of: ours(situation(32)),
      over: ours(situation(1)),
    }),
  ];
}
