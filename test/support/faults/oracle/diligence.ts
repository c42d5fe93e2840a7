/** What loaders and observers must have done, and the replicator noticed, for a schedule to prove anything. */
import { until } from '../../until.js';
import type { AppliedFault } from './apply-faults.js';
import type { Crew } from './crew.js';
import type { Observer } from './observer.js';
import type { PersistentSession } from './persistent-session.js';
import { type FaultKind, SOURCE } from './schedule.js';

const STEERING: ReadonlySet<FaultKind> = new Set(['reload', 'held destination']);
const TRANSACTIONS_PER_LOADER = 5;
const LOOKS_PER_OBSERVER = 50;
/** Nothing, the backlog or a part of it, the end. */
const PREFIXES_PER_OBSERVER = 2;

/** Waits until every loader has committed some transactions. @returns what never came. */
export function untilLoaded({ loaders }: Crew): Promise<string[]> {
  const lazy = () =>
    loaders.filter(({ transactions, session }) => isAlive(session) && transactions < TRANSACTIONS_PER_LOADER);
  return inTime('every loader had committed some transactions', () => lazy().length === 0);
}

/** Waits until every observer has looked often and seen its destination's last event. @returns what never came. */
export function untilSeen({ observers }: Crew, lastIds: readonly bigint[]): Promise<string[]> {
  const hasSeenEnough = ({ session, looks, seen, last }: Observer, n: number) =>
    !isAlive(session) ||
    (looks >= LOOKS_PER_OBSERVER && seen.size >= PREFIXES_PER_OBSERVER && last === lastIds[n]);
  return inTime(
    `every observer had looked ${LOOKS_PER_OBSERVER} times and seen the events ${lastIds}`,
    () => observers.every(hasSeenEnough),
    () => observers.map(({ looks, last }) => `${looks} looks, the last one saw ${last}`).join('; '),
  );
}

/**
 * Waits until the replicator has tried again what was cut off. A process that was killed or stopped has no time for that,
 * nor has a destination that somebody steers: nothing is expected of a schedule with either.
 * @returns what it never noticed.
 */
export async function untilNoticed({ field, replicator }: Crew, faults: readonly AppliedFault[]) {
  const happened = faults.filter(({ skipped }) => skipped === undefined).map(({ fault }) => fault);
  if (replicator.wasEnded || happened.some(({ kind }) => STEERING.has(kind))) return [];
  const noticeable = happened.filter(
    ({ kind, role }) =>
      (kind === 'cut' || kind === 'end sessions') && (role === 'listen' || role === 'control'),
  );
  const hasNoticed = (server: number) => {
    const { databaseName } = field.site(server).database;
    return replicator.records.some(({ msg, destination }) =>
      server === SOURCE
        ? msg.startsWith('cannot listen to the source')
        : msg.startsWith('destination failed') && String(destination).endsWith(`/${databaseName}`),
    );
  };
  const servers = [...new Set(noticeable.map(({ server }) => server))];
  return inTime(`the replicator had noticed what happened to servers ${servers}`, () =>
    servers.every(hasNoticed),
  );
}

/** The sessions of loaders and observers that ended without a fault that explains it. */
export function unexplainedEnds(
  { field, loaders, observers }: Crew,
  faults: readonly AppliedFault[],
): string[] {
  const disturbed = new Set(
    faults.filter(({ fault }) => /^(crash|freeze) server$/.test(fault.kind)).map(({ fault }) => fault.server),
  );
  const sessions = [
    ...loaders.map(({ session }, n) => ({ session, server: SOURCE, who: `loader ${n + 1}` })),
    ...observers.map(({ session }, n) => ({ session, server: SOURCE + 1 + n, who: `observer ${n + 1}` })),
  ];
  return sessions.flatMap(({ session, server, who }) => {
    const where = field.site(server).database.databaseName;
    if (!isAlive(session)) return [`${who} of ${where} failed: ${session.failure}`];
    if (session.outages === 0 || disturbed.has(server)) return [];
    return [`${who} of ${where} lost ${session.outages} sessions of a server that was left alone`];
  });
}

function isAlive({ failure }: PersistentSession): boolean {
  return failure === undefined;
}

async function inTime(what: string, holds: () => boolean, describe?: () => string): Promise<string[]> {
  return until(what, holds, describe).then(
    () => [],
    (error: Error) => [error.message],
  );
}
