/** What each kind of fault does to whom. */
import {
  endSessions,
  makeReadOnly,
  makeWritable,
  pretendDiskIsFull,
  stopPretending,
} from '../bad-weather.js';
import type { Fault } from '../proxied-link.js';
import type { Target } from '../proxy.js';
import type { Field, Site } from './field.js';
import { insist } from './insist.js';
import { signalTree } from './process-tree.js';
import type { FaultKind, PlannedFault } from './schedule.js';
import type { SupervisedReplicator } from './supervised-replicator.js';

/** A fault and how it is taken back. `end` is called in any case, also when `begin` failed half-way. */
export interface Effect {
  begin(): unknown;
  end(): unknown;
  /** Only one fault with this name at a time. */
  readonly alone?: string;
}

interface Place {
  readonly site: Site;
  readonly replicator: SupervisedReplicator;
  readonly target: Target;
}

const DELAY_MS = 150;
const SLOW_BYTES_PER_SECOND = 20_000;

/** What the fault comes to here. */
export function effectOf(fault: PlannedFault, field: Field, replicator: SupervisedReplicator): Effect {
  const target = {
    ...(fault.role === 'all' ? {} : { role: fault.role }),
    ...(fault.direction === 'both' ? {} : { direction: fault.direction }),
  };
  const effect = EFFECTS[fault.kind]({ site: field.site(fault.server), replicator, target });
  return effect.alone === undefined ? effect : { ...effect, alone: `${fault.server} ${effect.alone}` };
}

const EFFECTS: Readonly<Record<FaultKind, (place: Place) => Effect>> = {
  'kill replicator': ({ replicator }) => ({
    begin: () => replicator.kill(),
    end: () => replicator.startAgain(),
    alone: 'replicator',
  }),
  'freeze replicator': ({ replicator }) => ({
    begin: () => replicator.send('SIGSTOP'),
    end: () => replicator.send('SIGCONT'),
    alone: 'replicator',
  }),
  'end sessions': ({ site, target }) =>
    momentary(async () => refuseNobody(await endSessions(site.database, applicationOf(target)))),
  'crash server': ({ site: { server } }) => ({
    begin: () => server.stop('immediate'),
    end: () => insist('the server was up again', () => server.start()),
    alone: 'process',
  }),
  'freeze server': ({ site: { server } }) => ({
    begin: () => signalServer(server, 'SIGSTOP'),
    end: () => signalServer(server, 'SIGCONT'),
    alone: 'process',
  }),
  'read-only': ({ site: { database } }) => ({
    begin: () => makeReadOnly(database),
    end: () => insist('the database was writable again', () => makeWritable(database)),
    alone: 'read-only',
  }),
  'full disk': ({ site }) => ({ ...fullDisk(site), alone: 'disk' }),
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

/** A fault would hit nobody, or is not possible here: it does not count. */
export class CannotHappenError extends Error {
  override readonly name = 'CannotHappenError';
}

function refuseNobody(hit: number): void {
  if (hit === 0) throw new CannotHappenError('nobody was connected');
}

function momentary(begin: () => unknown): Effect {
  return { begin, end: () => {} };
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

function fullDisk({ disk, database }: Site): Effect {
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
