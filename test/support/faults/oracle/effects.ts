/** What each kind of fault does to whom. */

import { signalTree } from '../../commands/process-tree.js';
import {
  endSessions,
  makeReadOnly,
  makeWritable,
  pretendDiskIsFull,
  stopPretending,
} from '../../installation/bad-weather.js';
import type { Fault } from '../../network/proxied-link.js';
import type { Target } from '../../network/proxy.js';
import { CannotHappenError } from './cannot-happen.js';
import type { Crew } from './crew.js';
import { aloneAt, type Effect, momentary, type Place } from './effect.js';
import type { Site } from './field.js';
import { HISTORY_EFFECTS } from './history-effects.js';
import { insist } from './insist.js';
import { REFUSED_EFFECTS } from './refused-effects.js';
import type { FaultKind, PlannedFault } from './schedule.js';
import { STEERING_EFFECTS } from './steering-effects.js';

const DELAY_MS = 150;
const SLOW_BYTES_PER_SECOND = 20_000;
/** There is one replicator only. */
const REPLICATOR = 'replicator';

/** What the fault comes to here. */
export function effectOf(fault: PlannedFault, crew: Crew): Effect {
  const target = {
    ...(fault.role === 'all' ? {} : { role: fault.role }),
    ...(fault.direction === 'both' ? {} : { direction: fault.direction }),
  };
  const { field, replicator } = crew;
  return EFFECTS[fault.kind]({ fault, crew, site: field.site(fault.server), replicator, target });
}

const EFFECTS: Readonly<Record<FaultKind, (place: Place) => Effect>> = {
  ...HISTORY_EFFECTS,
  ...REFUSED_EFFECTS,
  ...STEERING_EFFECTS,
  'kill replicator': ({ replicator }) => ({
    begin: () => replicator.kill(),
    end: () => replicator.startAgain(),
    alone: REPLICATOR,
  }),
  'freeze replicator': ({ replicator }) => ({
    begin: () => replicator.send('SIGSTOP'),
    end: () => replicator.send('SIGCONT'),
    alone: REPLICATOR,
  }),
  'end sessions': ({ site, target }) =>
    momentary(async () => refuseNobody(await endSessions(site.database, applicationOf(target)))),
  'crash server': (place) => ({
    begin: () => place.site.server.stop('immediate'),
    end: () => insist('the server was up again', () => place.site.server.start()),
    alone: aloneAt(place, 'process'),
  }),
  'freeze server': (place) => ({
    begin: () => signalServer(place.site.server, 'SIGSTOP'),
    end: () => signalServer(place.site.server, 'SIGCONT'),
    alone: aloneAt(place, 'process'),
  }),
  'read-only': (place) => ({
    begin: () => makeReadOnly(place.site.database),
    end: () => insist('the database was writable again', () => makeWritable(place.site.database)),
    alone: aloneAt(place, 'read-only'),
  }),
  'full disk': (place) => ({ ...fullDisk(place.site), alone: aloneAt(place, 'disk') }),
  cut: ({ site, target }) => momentary(() => refuseNobody(site.proxy.cut(target))),
  hold: imposing({ kind: 'hold' }),
  'black hole': imposing({ kind: 'swallow' }),
  'dead for good': ({ site, target }) =>
    momentary(() => {
      refuseNobody(site.proxy.count(target));
      site.proxy.impose({ kind: 'swallow' }, { ...target, openNow: true });
    }),
  delay: imposing({ kind: 'delay', delayMs: DELAY_MS }),
  slow: imposing({ kind: 'throttle', bytesPerSecond: SLOW_BYTES_PER_SECOND }),
};

/** @throws when a fault has hit nobody. */
function refuseNobody(hit: number): void {
  if (hit === 0) throw new CannotHappenError('nobody was connected');
}

function imposing(fault: Fault): (place: Place) => Effect {
  return ({ site, target }) => {
    let imposed: Disposable | undefined;
    return {
      begin: () => {
        imposed = site.proxy.impose(fault, target);
      },
      end: () => imposed?.[Symbol.dispose](),
    };
  };
}

function fullDisk({ disk, database }: Site): Pick<Effect, 'begin' | 'end'> {
  if (disk !== undefined) return { begin: () => disk.fill(), end: () => disk.makeRoom() };
  return {
    begin: () => pretendDiskIsFull(database),
    end: () => insist('the disk had room again', () => stopPretending(database)),
  };
}

function signalServer({ pid }: Site['server'], signal: NodeJS.Signals): void {
  if (pid === undefined) throw new CannotHappenError('this server is no process of this machine');
  signalTree(pid, signal);
}

/** What the names of such sessions begin with (`src/replicate/sessions.ts`). */
function applicationOf({ role }: Target): string {
  if (role === undefined) return 'slate-replicator';
  return role === 'write' ? 'slate-replicator:' : `slate-replicator/${role}`;
}
