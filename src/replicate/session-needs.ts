import type { ReplicatorConfig } from '../config/replicator-config.js';
import { BUILD_CONNECTIONS } from '../destination/indexes/build-indexes.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { READING_CONNECTIONS } from '../source/reading-connections.js';

/** Sessions that a run may have open at the same time in one database. */
export interface SessionNeed {
  readonly params: ConnectionParams;
  readonly kind: 'source' | 'destination';
  readonly sessions: number;
  /** Further sessions, shared by all destinations with the same host and port. */
  readonly shared: number;
}

export interface RunKind {
  readonly once?: boolean | undefined;
  readonly standby?: boolean | undefined;
}

/** One session listens, the others read. An idle source has two. */
export function sessionsOfSource({ once = false }: RunKind): number {
  return READING_CONNECTIONS + (once ? 0 : 1);
}

/**
 * One session holds the writer's lock, and one writes; an idle destination has these two. With
 * `deferIndexes`, further ones build indexes. A destination whose writer is another replicator has only the
 * first.
 */
export function sessionsOfDestination(config: ReplicatorConfig, { standby = false }: RunKind): number {
  if (standby) return 1;
  return 2 + (config.deferIndexes ? BUILD_CONNECTIONS : 0);
}

/**
 * The sessions that a run needs, by database. Sessions that live only for one query about another session do
 * not count.
 */
export function sessionNeeds(config: ReplicatorConfig, kind: RunKind): SessionNeed[] {
  const source: SessionNeed = {
    params: config.eventSource,
    kind: 'source',
    sessions: sessionsOfSource(kind),
    shared: 0,
  };
  const active = config.replicationDestinations.filter(({ paused }) => !paused);
  const destinations = active.map(
    (params): SessionNeed => ({
      params,
      kind: 'destination',
      sessions: sessionsOfDestination(config, kind),
      shared: kind.standby ? 0 : config.lanes - 1,
    }),
  );
  return [source, ...destinations];
}
