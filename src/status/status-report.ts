import type { IdRange } from '../events/id-range.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import type { LockHolders } from '../schema/lock-holders.js';

/** How far destinations may be behind. */
export interface Limits {
  readonly maxLagEvents?: number | undefined;
  readonly maxLagSeconds?: number | undefined;
}

/** How far a destination is behind the source. */
export interface Behind {
  /** Events that the source has and the destination lacks. */
  readonly events: bigint;
  /** Age of the first of them by the source's clock; 0 if there is none. */
  readonly seconds: number;
}

/** Events that a destination lacks below its last id. */
export interface Gaps {
  readonly events: bigint;
  readonly ranges: readonly IdRange[];
}

/** What is known about the source. */
export interface SourceStatus {
  readonly params: ConnectionParams;
  /** Absent if it is empty, or did not answer. */
  readonly maxId: bigint | undefined;
  /** Why it could not be asked. */
  readonly trouble: unknown;
}

/** What is known about a destination. */
export interface DestinationStatus {
  readonly params: ConnectionParams;
  /** True if it was not asked and does not count, because the configuration pauses it. */
  readonly isLeftOut?: true;
  /** Absent if it is empty, or did not answer. */
  readonly maxId?: bigint | undefined;
  /** Absent if either database did not answer. */
  readonly behind?: Behind | undefined;
  /** Absent if they were not looked for. */
  readonly gaps?: Gaps | undefined;
  readonly holders?: LockHolders | undefined;
  /** Deferred indexes that are to be built. */
  readonly indexesToBuild: readonly string[];
  /** What keeps a replicator from copying to this database. */
  readonly problems: readonly unknown[];
  /** Why something could not be found out. */
  readonly trouble?: unknown;
}

/** Answer of one look at all databases. */
export interface StatusReport {
  readonly at: Date;
  readonly source: SourceStatus;
  readonly destinations: readonly DestinationStatus[];
  readonly limits: Limits;
}

/** Whether a destination is within the limits; undefined if that could not be found out. */
export function isWithin(
  { behind, problems, trouble }: DestinationStatus,
  { maxLagEvents = Number.POSITIVE_INFINITY, maxLagSeconds = Number.POSITIVE_INFINITY }: Limits,
): boolean | undefined {
  if (problems.length > 0) return false;
  if (behind === undefined) return undefined;
  if (behind.events > maxLagEvents || behind.seconds > maxLagSeconds) return false;
  return trouble === undefined ? true : undefined;
}

/**
 * Whether all destinations that count are within the limits. One that is not answers the question, whatever
 * is unknown about others.
 */
export function areAllWithin({ destinations, limits }: StatusReport): boolean | undefined {
  const counting = destinations.filter(({ isLeftOut }) => !isLeftOut);
  const each = counting.map((destination) => isWithin(destination, limits));
  if (each.includes(false)) return false;
  return each.includes(undefined) ? undefined : true;
}

/** 0 within the limits, 1 not, 2 cannot tell. */
export function exitCodeFor(report: StatusReport): number {
  const within = areAllWithin(report);
  if (within === undefined) return 2;
  return within ? 0 : 1;
}
