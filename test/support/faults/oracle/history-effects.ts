/** Faults that change what happened: events are lost, edited, deleted, or come from nowhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { endSessions } from '../../installation/bad-weather.js';
import { until } from '../../until.js';
import { CannotHappenError } from './cannot-happen.js';
import type { Crew } from './crew.js';
import { type Effect, momentary, type Place } from './effect.js';
import { deleteEvent, insertStray, loseCommits, restoreFrom } from './history.js';
import { insist } from './insist.js';
import { SOURCE } from './schedule.js';
import { deleteLast, editEvents, refuseAnotherPast, truncate } from './tampering.js';

type HistoryKind =
  | 'source loses commits'
  | 'restored source'
  | 'stray event'
  | 'edited destination'
  | 'deleted events'
  | 'truncated destination';

/** So many others take the place of what was lost: none, few, more than are read at a time. */
const OTHERS = [0, 1, 7, 150];
const MOST_TRANSACTIONS = 8;
const LEAST_BEHIND_MS = 200;

/** The history is one: one change at a time, wherever. */
export const HISTORY = 'history';

export const HISTORY_EFFECTS: Readonly<Record<HistoryKind, (place: Place) => Effect>> = {
  'source loses commits': (place) =>
    changing(place, async ({ fault: { size, role }, site: { database } }) => {
      const others = OTHERS[size % OTHERS.length] ?? 0;
      await loseCommits(database, { transactions: transactionsOf(size), others, notifies: size % 3 > 0 });
      // A failover ends sessions, something that pretends to be one server does not.
      if (role === 'all') await endSessions(database, 'slate-replicator');
    }),
  'restored source': (place) =>
    changing(place, async ({ fault, site, replicator, crew }) => {
      refuseDiverged({ replicator, site });
      // Nothing gets there meanwhile: it is behind.
      using _hold = site.proxy.impose({ kind: 'hold' }, { direction: 'to-server' });
      await sleep(LEAST_BEHIND_MS + fault.lastsMs);
      await restoreFrom(crew.field.source, site.database);
    }),
  'stray event': strayEvent,
  'edited destination': (place) =>
    changing(place, ({ fault: { size }, site, crew }) =>
      withLoadersPaused(crew, async () => {
        await editEvents(crew.field.source, site.database, {
          skip: size % 3,
          count: 1 + (size % 5),
          change: size % 2 === 0 ? 'event' : 'ts',
        });
        await until('the edit was noticed', () => crew.replicator.hasDiverged(site.database));
      }),
    ),
  'deleted events': (place) =>
    changingLive(place, ({ fault: { size }, site, crew }) =>
      deleteLast(crew.field.source, site.database, {
        transactions: transactionsOf(size),
        before: (last) => observerOf(place).allowStepBack(last),
      }),
    ),
  'truncated destination': (place) =>
    changingLive(place, async ({ site }) => {
      observerOf(place).allowStepBack(0n);
      await truncate(site.database);
    }),
};

/** The last hundred events are compared once a second: what is edited must be among them until then. */
async function withLoadersPaused(crew: Crew, work: () => Promise<void>): Promise<void> {
  for (const loader of crew.loaders) loader.isPaused = true;
  try {
    await work();
  } finally {
    for (const loader of crew.loaders) loader.isPaused = false;
  }
}

function transactionsOf(size: number): number {
  return 1 + (size % MOST_TRANSACTIONS);
}

/** Who observes the destination of a fault. */
export function observerOf({ fault, crew }: Pick<Place, 'fault' | 'crew'>) {
  const observer = crew.observers[fault.server - SOURCE - 1];
  if (observer === undefined) throw new Error(`Nobody observes server ${fault.server}.`);
  return observer;
}

/** As `changing`, but of a destination that is replicated to: one that was stopped must stay as it is. */
function changingLive(place: Place, change: (place: Place) => Promise<unknown>): Effect {
  return changing(place, async (here) => {
    refuseDiverged(here);
    await refuseAnotherPast(here.crew.field.source, here.site.database);
    await change(here);
  });
}

function refuseDiverged({ replicator, site }: Pick<Place, 'replicator' | 'site'>): void {
  if (replicator.hasDiverged(site.database)) throw new CannotHappenError('this replica has diverged');
}

function changing(place: Place, change: (place: Place) => Promise<unknown>): Effect {
  const begin = () => {
    refuseHoles(place.crew);
    return change(place);
  };
  return { ...momentary(begin), alone: HISTORY };
}

/** These are about ids that table `id` hands out. */
function refuseHoles({ hasHoles }: Crew): void {
  if (hasHoles) throw new CannotHappenError('ids come from a sequence');
}

/** An event far beyond what table `id` has handed out: never copied, named, and in nobody's way. */
function strayEvent({ crew, site: { database }, replicator }: Place): Effect {
  let stray: bigint | undefined;
  return {
    async begin() {
      refuseHoles(crew);
      stray = await insertStray(database);
    },
    async end() {
      const id = stray;
      if (id === undefined) return;
      const isNamed = () => replicator.records.some(({ event }) => String(event) === String(id));
      await until(`event ${id} was named`, () => isNamed() || replicator.isDown);
      await insist('the stray event was deleted', () => deleteEvent(database, id));
    },
    alone: HISTORY,
  };
}
