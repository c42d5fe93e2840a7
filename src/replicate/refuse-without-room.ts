import pg from 'pg';
import { OperatorError } from '../common/operator-error.js';
import type { Log } from '../log/log.js';
import { type OwnLimit, type ServerRoom, sessionsOf } from './server-room.js';
import type { SessionNeed } from './session-needs.js';

/** A server has too little room for the sessions of a run. */
export interface Shortage {
  readonly message: string;
  readonly hint: string;
  /** The statement that mends it. */
  readonly mend: string;
  /** True if the run would not fit even without the sessions of others, so that waiting cannot help. */
  readonly lasts: boolean;
}

/** The reasons why the sessions of a run do not fit into a server; empty if they do. */
export function shortagesOf(room: ServerRoom): Shortage[] {
  return [...shortageOfServer(room), ...room.limits.flatMap((limit) => shortageOfLimit(room.server, limit))];
}

/** Fields of a log record about the room of a server. */
export function describeRoom({ server, needs, maxConnections, reserved, inUse }: ServerRoom) {
  const free = Math.max(0, maxConnections - reserved - inUse);
  return { server, needed: sessionsOf(needs), free, maxConnections, reserved, inUse };
}

/**
 * Refuses a run whose sessions do not fit into its servers.
 * @param mayWait if true, a shortage that others cause is only a warning: their sessions may end.
 * @throws OperatorError naming every server with too little room, with numbers.
 */
export function refuseWithoutRoom(rooms: readonly ServerRoom[], mayWait: boolean, log: Log): void {
  const refused = rooms.flatMap(shortagesOf).filter(({ lasts }) => lasts || !mayWait);
  if (refused.length > 0) throw errorOf(refused);
  for (const room of rooms) {
    const shortages = shortagesOf(room);
    if (shortages.length > 0)
      log.write('too few connections', { server: room.server, err: errorOf(shortages) });
  }
}

/** One error for all shortages. */
export function errorOf(shortages: readonly Shortage[]): OperatorError {
  return new OperatorError(shortages.map(({ message }) => message).join(' '), {
    hint: shortages.map(({ hint }) => hint).join(' '),
    findings: shortages.map(({ message, mend }) => ({ problem: message, mend: [mend] })),
  });
}

function shortageOfServer(room: ServerRoom): Shortage[] {
  const { server, needed, free, maxConnections, reserved, inUse } = describeRoom(room);
  if (needed <= free) return [];
  const numbers = `max_connections is ${maxConnections}, ${reserved} of these are reserved, others use ${inUse}`;
  return [
    {
      message: `Server ${server} has too few connections: ${needed} are needed for ${describeNeeds(room.needs)}, ${free} are free (${numbers}).`,
      hint: `Set max_connections of ${server} to ${needed + reserved + inUse} or more, or configure fewer destinations there.`,
      mend: `ALTER SYSTEM SET max_connections = ${needed + reserved + inUse}; -- then restart ${server}`,
      lasts: needed > maxConnections - reserved,
    },
  ];
}

/** `the source and 3 destinations` */
function describeNeeds(needs: readonly SessionNeed[]): string {
  const destinations = needs.filter(({ kind }) => kind === 'destination').length;
  const source = destinations < needs.length ? ['the source'] : [];
  const others = destinations === 1 ? ['1 destination'] : [`${destinations} destinations`];
  return [...source, ...(destinations === 0 ? [] : others)].join(' and ');
}

function shortageOfLimit(server: string, { kind, name, limit, inUse, needed }: OwnLimit): Shortage[] {
  if (needed <= limit - inUse) return [];
  const numbers = `its CONNECTION LIMIT is ${limit}, others use ${inUse}`;
  return [
    {
      message: `The ${kind} "${name}" at ${server} has too few connections: ${needed} are needed (${numbers}).`,
      hint: `ALTER ${kind.toUpperCase()} "${name}" CONNECTION LIMIT ${needed + inUse} or more.`,
      mend: `ALTER ${kind.toUpperCase()} ${pg.escapeIdentifier(name)} CONNECTION LIMIT ${needed + inUse};`,
      lasts: needed > limit,
    },
  ];
}
