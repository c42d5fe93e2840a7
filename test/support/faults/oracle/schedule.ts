import { createRandom, type Random } from '../../../../src/load/data/random.js';
import type { Direction } from '../../network/proxied-link.js';
import type { Role } from '../../network/startup-message.js';

/** The source's server is 0, the destinations' are 1 to 3. */
export const SOURCE = 0;
export const DESTINATIONS = [1, 2, 3] as const;
const ANY_SERVER = [SOURCE, ...DESTINATIONS];

export const FAULT_KINDS = [
  'kill replicator',
  'freeze replicator',
  'end sessions',
  'crash server',
  'freeze server',
  'read-only',
  'full disk',
  'cut',
  'hold',
  'black hole',
  'dead for good',
  'delay',
  'slow',
  'source loses commits',
  'restored source',
  'stray event',
  'edited destination',
  'deleted events',
  'truncated destination',
  'row-level security',
  'swallowing trigger',
  'pooler between',
  'reload',
  'held destination',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** No fault: the loaders take ids from a sequence, commit out of order and roll back. */
const HOLES = 'holes';
/** No fault: what lies under all faults is a long way to some databases. */
export const FAR = 'far';
export const KINDS = [...FAULT_KINDS, HOLES, FAR] as const;
export type Kind = (typeof KINDS)[number];

/** One fault, as it is planned: how long it really lasts is also up to the servers. */
export interface PlannedFault {
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly server: number;
  /** Whose connections or sessions. */
  readonly role: Role | 'all';
  /** Which way bytes do not get through; with `to-client` a COMMIT is done and its reply lost. */
  readonly direction: Direction | 'both';
  readonly lastsMs: number;
  /** From 0 to 999: how much of it, in the measure of its kind. */
  readonly size: number;
}

interface Shape {
  /** How often, beside the others. */
  readonly weight: number;
  readonly servers: readonly number[];
  readonly longestMs: number;
}

const SHAPES: Readonly<Record<FaultKind, Shape>> = {
  'kill replicator': { weight: 3, servers: [SOURCE], longestMs: 1_000 },
  'freeze replicator': { weight: 1, servers: [SOURCE], longestMs: 6_000 },
  'end sessions': { weight: 4, servers: ANY_SERVER, longestMs: 0 },
  'crash server': { weight: 2, servers: ANY_SERVER, longestMs: 3_000 },
  'freeze server': { weight: 2, servers: ANY_SERVER, longestMs: 8_000 },
  'read-only': { weight: 2, servers: DESTINATIONS, longestMs: 5_000 },
  'full disk': { weight: 2, servers: DESTINATIONS, longestMs: 5_000 },
  cut: { weight: 4, servers: ANY_SERVER, longestMs: 0 },
  hold: { weight: 3, servers: ANY_SERVER, longestMs: 12_000 },
  'black hole': { weight: 3, servers: ANY_SERVER, longestMs: 12_000 },
  // The connections that are open now never work again, and nobody is told; new ones do.
  'dead for good': { weight: 2, servers: ANY_SERVER, longestMs: 0 },
  delay: { weight: 2, servers: ANY_SERVER, longestMs: 8_000 },
  slow: { weight: 2, servers: ANY_SERVER, longestMs: 8_000 },
  'source loses commits': { weight: 1, servers: [SOURCE], longestMs: 0 },
  // From the destination of this server, which was kept behind for so long.
  'restored source': { weight: 1, servers: DESTINATIONS, longestMs: 1_000 },
  'stray event': { weight: 1, servers: [SOURCE], longestMs: 3_000 },
  'edited destination': { weight: 1, servers: DESTINATIONS, longestMs: 0 },
  'deleted events': { weight: 1, servers: DESTINATIONS, longestMs: 0 },
  'truncated destination': { weight: 1, servers: DESTINATIONS, longestMs: 0 },
  'row-level security': { weight: 1, servers: [SOURCE], longestMs: 4_000 },
  'swallowing trigger': { weight: 1, servers: DESTINATIONS, longestMs: 4_000 },
  'pooler between': { weight: 1, servers: ANY_SERVER, longestMs: 4_000 },
  reload: { weight: 2, servers: DESTINATIONS, longestMs: 4_000 },
  'held destination': { weight: 2, servers: DESTINATIONS, longestMs: 5_000 },
};

const SOURCE_ROLES = ['listen', 'read', 'all'] as const;
const DESTINATION_ROLES = ['write', 'control', 'all'] as const;

const DIRECTIONS = ['both', 'both', 'to-client', 'to-server'] as const;

const LONGEST_PAUSE_MS = 1_500;

/** The faults of a seed: for the same kinds always the same ones, at the same times, for the same duration. */
export function planFaults(seed: number, durationMs: number, kinds: readonly Kind[] = KINDS): PlannedFault[] {
  const random = createRandom(seed);
  const wanted = FAULT_KINDS.filter((kind) => kinds.includes(kind));
  const lottery = wanted.flatMap((kind) => Array<FaultKind>(SHAPES[kind].weight).fill(kind));
  const planned: PlannedFault[] = [];
  if (lottery.length === 0) return planned;
  for (let atMs = 0; atMs < durationMs; atMs += random.below(LONGEST_PAUSE_MS)) {
    planned.push({ atMs, ...planFault(random, random.pick(lottery)) });
  }
  return planned;
}

/** Whether the loaders of a seed make holes. */
export function makesHoles(seed: number, kinds: readonly Kind[] = KINDS): boolean {
  return isDrawn(HOLES, createRandom(seed), kinds);
}

/** What is no fault is always there where it was asked for beside a choice of faults, else in one of four seeds. */
export function isDrawn(kind: Kind, random: Random, kinds: readonly Kind[]): boolean {
  if (!kinds.includes(kind)) return false;
  const isChoice = !FAULT_KINDS.every((each) => kinds.includes(each));
  return isChoice || random.below(4) === 0;
}

function planFault(random: Random, kind: FaultKind): Omit<PlannedFault, 'atMs'> {
  const { servers, longestMs } = SHAPES[kind];
  const server = random.pick(servers);
  const role = random.pick(server === SOURCE ? SOURCE_ROLES : DESTINATION_ROLES);
  // Mostly short: long ones are rare, and then they matter.
  const part = (random.below(1_000) / 1_000) ** 2;
  const lastsMs = Math.round(longestMs * part);
  return { kind, server, role, direction: random.pick(DIRECTIONS), lastsMs, size: random.below(1_000) };
}

export function describeFault(fault: PlannedFault): string {
  const { atMs, kind, server, role, direction, lastsMs, size } = fault;
  const where = server === SOURCE ? 'source' : `destination ${server}`;
  return `${(atMs / 1_000).toFixed(1)} s: ${kind}, ${where}, ${role}, ${direction}, ${lastsMs} ms, size ${size}`;
}
