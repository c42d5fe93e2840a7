// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../../../src/pg/connection.js';
import { connectTo } from '../../postgres/databases.js';
import type { Crew } from './crew.js';

/** The longest known ways back together: a pause of 30 s between attempts, and a COPY found dead after 40 s. */
const SETTLED_WITHIN_MS = 90_000;
const LOOK_AGAIN_MS = 100;
const TIP_SQL = `
  SELECT count(*) AS count, COALESCE(max(id), 0) AS last,
         (SELECT md5(textsend(id || ' ' || encode(timestamptz_send(ts), 'hex') || ' ' || event::text))
            FROM public.events ORDER BY id DESC LIMIT 1) AS digest FROM public.events`;

interface Tip {
  readonly count: bigint;
  readonly last: bigint;
  readonly digest: string | null;
}

/** Where everything has come to. */
export interface Settled {
  /** What the source holds. */
  readonly events: bigint;
  readonly catchUpMs: number;
  /** The last event of each destination. */
  readonly lastIds: readonly bigint[];
  readonly violations: readonly string[];
}

/**
 * Waits, without helping, until each destination has caught up with the source (guarantee 6), or the replicator has stopped it
 * because it diverged (guarantee 7). Whether it was right is for the verdict.
 */
export async function settle(crew: Crew): Promise<Settled> {
  const { field, replicator } = crew;
  const startedAt = performance.now();
  await using sessions = await openSessions(crew);
  const source = await tipOf(sessions.source);
  for (;;) {
    const tips = await Promise.all(sessions.destinations.map(tipOf));
    const catchUpMs = performance.now() - startedAt;
    const lagging = tips.flatMap((tip, n) => {
      const destination = field.destinations[n] ?? field.source;
      const isDone = isSame(tip, source) || replicator.hasDiverged(destination);
      return isDone ? [] : [`${destination.databaseName} has ${tip.count} events up to ${tip.last}`];
    });
    const settled = { events: source.count, catchUpMs, lastIds: tips.map(({ last }) => last) };
    if (lagging.length === 0) return { ...settled, violations: [] };
    if (catchUpMs > SETTLED_WITHIN_MS) return { ...settled, violations: [describe(source, lagging)] };
    await sleep(LOOK_AGAIN_MS);
  }
}

function describe(source: Tip, lagging: readonly string[]): string {
  return `6 catch-up: after ${SETTLED_WITHIN_MS / 1_000} s ${lagging.join(', ')}; the source has ${source.count} up to ${source.last}`;
}

function isSame(one: Tip, other: Tip): boolean {
  return one.count === other.count && one.last === other.last && one.digest === other.digest;
}

async function tipOf(connection: Connection): Promise<Tip> {
  const [tip] = await connection.query<Tip>(TIP_SQL);
  return tip ?? { count: -1n, last: -1n, digest: null };
}

async function openSessions({ field }: Crew) {
  const source = await connectTo(field.source);
  const destinations = await Promise.all(field.destinations.map(connectTo));
  return {
    source,
    destinations,
    async [Symbol.asyncDispose]() {
      for (const session of [source, ...destinations]) await session[Symbol.asyncDispose]();
    },
  };
}
