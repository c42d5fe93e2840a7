import { createSource } from '../../test/support/postgres/databases.js';
import { openPostgres } from '../../test/support/postgres/server.js';
import { alternate, type Contender } from '../measure/alternate.js';
import { freshDestinations } from '../measure/databases.js';
import { startReplicator } from '../measure/replicator-command.js';
import { SERVES, servedAt } from '../measure/viewer.js';
import { valueFinding } from '../report/findings.js';
import type { Finding, Measurement, Section } from '../report/result.js';
import type { BenchContext } from './profile.js';

const MANY = 200;
/** Each destination takes two sessions, and the servers of a bench have room for fewer. */
const ROOM = { max_connections: '1000' };

const SITUATION = `${MANY} destinations`;
const [METRICS, STATUS] = ['/metrics', '/status'];

/** Scrapes before those that count: Node compiles only what has run some times. */
const [WARM_UP_SCRAPES, SCRAPES] = [20, 30];

/** How long an answer takes about many live destinations. */
export async function scrapeMany(context: BenchContext): Promise<Section> {
  await using server = await openPostgres({ settings: ROOM, say: context.progress.say });
  const source = await createSource(server);
  await using fresh = await freshDestinations(server, MANY);
  await using replicator = startReplicator({
    ...context,
    source,
    destinations: fresh.databases,
    settings: SERVES,
  });
  await replicator.until('caught up', MANY);
  const url = await servedAt(replicator);
  return {
    title: 'Many destinations',
    text: `How long the answer takes about ${MANY} destinations, each a database of its own, which are live: the median of ${SCRAPES} answers, read to the end.`,
    metrics: [{ name: 'ms', unit: 'ms', better: 'lower' }],
    measurements: await alternate(context, SITUATION, [scraper(METRICS, url), scraper(STATUS, url)]),
  };
}

function scraper(path: string, url: string): Contender {
  return {
    name: path,
    run: async () => {
      const times: number[] = [];
      for (let n = 0; n < WARM_UP_SCRAPES + SCRAPES; n++) times.push(await timedGet(new URL(path, url)));
      const counted = times.slice(WARM_UP_SCRAPES).sort((a, b) => a - b);
      return { ms: counted[Math.floor(counted.length / 2)] ?? Number.NaN };
    },
  };
}

async function timedGet(url: URL): Promise<number> {
  const startedAtMs = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - startedAtMs;
}

export function scrapeFindings(measurements: readonly Measurement[]): Finding[] {
  return valueFinding(measurements, {
    title: `${METRICS}, ${SITUATION}`,
    metric: 'ms',
    unit: 'ms',
    of: { case: SITUATION, contender: METRICS },
    target: { atMost: 50 },
  });
}
