import { createSource } from '../../test/support/postgres/databases.js';
import { alternate, type Contender, type Sample } from '../measure/alternate.js';
import { type ArrivalLoad, appendAndWait, waitInVain } from '../measure/arrivals.js';
import { dropDatabase, freshDestinations } from '../measure/databases.js';
import { COMMITTED_AT, latenciesMs, readTimes } from '../measure/latency.js';
import { readServerCpu } from '../measure/process-usage.js';
import { startReplicator } from '../measure/replicator-command.js';
import { quantile } from '../measure/statistics.js';
import { valueFinding } from '../report/findings.js';
import type { Metric, Section } from '../report/result.js';
import { trackCommits } from './live.js';
import { OURS } from './live-contenders.js';
import type { BenchContext, Profile, ProfileFindings } from './profile.js';

const ARRIVALS: readonly Metric[] = [
  { name: 'p50Ms', unit: 'visible, p50 ms', better: 'lower' },
  { name: 'waitP50Ms', unit: 'wait over, p50 ms', better: 'lower' },
  { name: 'waitP95Ms', unit: 'wait over, p95 ms', better: 'lower' },
  { name: 'addedP50Ms', unit: 'added by the wait, ms', better: 'lower' },
];
const WAITERS: readonly Metric[] = [
  { name: 'cpuPercentEach', unit: '% of a processor for each session', better: 'lower' },
];

const ONE_AT_A_TIME = 'one event at a time, 50/s';
const IN_VAIN = '50 sessions wait in vain';
const TRANSACTIONS_PER_SECOND = 50;
const SESSIONS = 50;

export const arrival: Profile = {
  name: 'arrival',
  question: 'How long after its commit does wait_for_event say that an event is there?',
  onlyWhenAsked: true,
  run: runArrival,
};

async function runArrival(context: BenchContext): Promise<ProfileFindings> {
  if (!(await trackCommits(context.clusters)))
    return {
      findings: [],
      sections: [],
      notes: ['Left out: everything: it takes a server with track_commit_timestamp = on.'],
    };
  const sections = [await arrivals(context), await inVain(context)];
  const measurements = sections.flatMap((section) => section.measurements);
  return {
    sections,
    notes: [],
    findings: [
      ...valueFinding(measurements, {
        title: 'p50 of the wait above p50 of the event',
        metric: 'addedP50Ms',
        unit: 'ms',
        of: { case: ONE_AT_A_TIME, contender: OURS },
        target: { atMost: 1 },
      }),
    ],
  };
}

async function arrivals(context: BenchContext): Promise<Section> {
  return {
    title: ONE_AT_A_TIME,
    text: 'Milliseconds from commit at the source until the event is visible at the destination, and until wait_for_event, called when append_events has returned, returns true there.',
    metrics: ARRIVALS,
    measurements: await alternate(context, ONE_AT_A_TIME, [waiter(context)]),
  };
}

async function inVain(context: BenchContext): Promise<Section> {
  return {
    title: IN_VAIN,
    text: 'CPU of the server of the destination while sessions wait for an event that does not come.',
    metrics: WAITERS,
    measurements: await alternate(context, IN_VAIN, [idler(context)]),
  };
}

/** Warms up as `live` does, then measures. */
function waiter(context: BenchContext): Contender {
  const { clusters, quick, stop } = context;
  return {
    name: OURS,
    run: async () => {
      const source = await createSource(clusters.source);
      try {
        await using fresh = await freshDestinations(clusters.destination, 1);
        const [destination] = fresh.databases;
        if (destination === undefined) throw new Error('There is no destination.');
        await using replicator = startReplicator({ ...context, source, destinations: [destination] });
        await replicator.until('caught up', 1);
        const load = { source, destination, transactionsPerSecond: TRANSACTIONS_PER_SECOND, stop };
        await appendAndWait({ ...load, transactionsPerSecond: 500, seconds: quick ? 6 : 8 });
        return await measure({ ...load, seconds: quick ? 2 : 10 });
      } finally {
        await dropDatabase(clusters.source, source);
      }
    },
  };
}

async function measure(load: ArrivalLoad): Promise<Sample> {
  const waited = await appendAndWait(load);
  const ids = [...waited.keys()];
  const committed = await readTimes(load.source, COMMITTED_AT, ids);
  const visible = await readTimes(load.destination, COMMITTED_AT, ids);
  const [live, wait] = [visible, waited].map((times) => latenciesMs(committed, [times]).flat());
  const [p50Ms, waitP50Ms] = [quantile(live ?? [], 0.5), quantile(wait ?? [], 0.5)];
  return { p50Ms, waitP50Ms, waitP95Ms: quantile(wait ?? [], 0.95), addedP50Ms: waitP50Ms - p50Ms };
}

function idler({ clusters, quick }: BenchContext): Contender {
  const seconds = quick ? 2 : 10;
  return {
    name: 'wait_for_event',
    run: async () => {
      await using fresh = await freshDestinations(clusters.destination, 1);
      const [destination] = fresh.databases;
      if (destination === undefined) throw new Error('There is no destination.');
      const look = () => readServerCpu(clusters.destination.pid) ?? Number.NaN;
      const before = look();
      await waitInVain(destination, { sessions: SESSIONS, seconds });
      return { cpuPercentEach: (100 * (look() - before)) / seconds / SESSIONS };
    },
  };
}
