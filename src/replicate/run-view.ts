import type { Destination } from '../destination/destination.js';
import { DESTINATION_STATES, WRITING } from '../destination/destination-state.js';
import type { DatabaseView, DestinationView, RunView, SourceView } from '../monitor/views.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import type { Replicator } from './replicator.js';

/** What the monitor may see of a run. */
export function viewOf(replicator: Replicator): RunView {
  const source = viewOfSource(replicator);
  const known = new WeakMap<Destination, DestinationView>();
  const view = (destination: Destination) => {
    const seen = known.get(destination) ?? viewOfDestination(destination);
    known.set(destination, seen);
    return seen;
  };
  return {
    states: DESTINATION_STATES,
    source,
    get destinations() {
      return replicator.destinations.map(view);
    },
  };
}

function viewOfSource({ source, hearing, wakeUps }: Replicator): SourceView {
  return {
    ...placeIn(source.session.params),
    get state() {
      return hearing.state;
    },
    get notifications() {
      return wakeUps.countOf('notification');
    },
    get newsFoundByTimer() {
      return source.newsFoundByTimer;
    },
    get reconnects() {
      return { listen: Math.max(0, hearing.sessions - 1), read: source.lostConnections };
    },
    get rowsServed() {
      return source.rowsServed;
    },
    get isWaitingForWriters() {
      return source.isWaitingForWriters;
    },
    ask: (work) => source.askBriefly(work),
  };
}

function viewOfDestination(destination: Destination): DestinationView {
  const { standing, context } = destination;
  return {
    ...placeIn(context.controlConnection.params),
    get state() {
      return destination.state;
    },
    get isWriter() {
      return WRITING.has(destination.state);
    },
    get heldBy() {
      return destination.heldBy;
    },
    get maxId() {
      return standing.maxId;
    },
    get holdsUpTo() {
      return standing.holdsUpTo;
    },
    copied: standing.total,
    lagEvents: (sourceMaxId) => standing.lag(sourceMaxId).lagEvents,
  };
}

function placeIn(params: ConnectionParams): DatabaseView {
  const { host, port, databaseName: database } = params;
  return { name: nameOf(params), host, port, database };
}
