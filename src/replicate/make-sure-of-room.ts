import type { ReplicatorConfig } from '../config/replicator-config.js';
import type { Destination } from '../destination/destination.js';
import type { Log } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import type { EventSource } from '../source/event-source.js';
import type { DestinationSet } from './destination-set.js';
import { describeRoom, refuseWithoutRoom } from './refuse-without-room.js';
import { askForRoom } from './server-room.js';
import { type RunKind, sessionNeeds } from './session-needs.js';

export interface RoomQuestion {
  readonly config: ReplicatorConfig;
  readonly kind: RunKind;
  readonly set: DestinationSet;
  readonly source: EventSource;
  /** The destinations that are to be added to a run; absent at its start. */
  readonly added?: readonly Destination[] | undefined;
  /** Whether a shortage that others cause is only a warning. */
  readonly mayWait: boolean;
  readonly log: Log;
  readonly stop: AbortSignal;
}

/** @throws OperatorError if servers have too little room for the sessions of a run. */
export async function makeSureOfRoom(question: RoomQuestion): Promise<void> {
  const { config, kind, set, source, added, mayWait, log, stop } = question;
  const all = sessionNeeds(config, kind);
  // The source has its sessions already when destinations are added.
  const needs = added === undefined ? all : all.filter((need) => need.kind === 'destination');
  const rooms = await askForRoom(
    needs,
    {
      source: { ask: <T>(work: (connection: Connection) => Promise<T>) => source.askBriefly(work) },
      ofDestination: (params) => set.connectAhead(params, added),
    },
    stop,
  );
  for (const room of rooms) log.write('sessions needed', describeRoom(room));
  refuseWithoutRoom(rooms, mayWait, log);
}
