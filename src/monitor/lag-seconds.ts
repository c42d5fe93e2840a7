/** How far a destination is behind, and what the source told of it. */
export interface LagFacts {
  /** The destination holds all events up to this id. */
  readonly holdsUpTo: bigint | undefined;
  readonly sourceMaxId: bigint | undefined;
  readonly lagEvents: number | undefined;
  /** `ts` of the first event that it lacked when the source was asked, in milliseconds since 1970. */
  readonly firstMissingMs: number | undefined;
  /** The time at the source, in milliseconds since 1970. */
  readonly sourceTimeMs: number | undefined;
}

/**
 * Age of the oldest event that a destination lacks: 0 if it lacks none, undefined while it is not known. A
 * destination that has moved on since the source was asked has lost that event from its list, so the age is
 * then an upper bound.
 */
export function lagSeconds({ holdsUpTo, sourceMaxId, lagEvents, ...times }: LagFacts): number | undefined {
  if (holdsUpTo === undefined || lagEvents === undefined) return undefined;
  if (lagEvents === 0 || sourceMaxId === undefined || holdsUpTo >= sourceMaxId) return 0;
  const { firstMissingMs, sourceTimeMs } = times;
  if (firstMissingMs === undefined || sourceTimeMs === undefined) return undefined;
  // A transaction may have taken its `ts` from a clock that is ahead.
  return Math.max(0, Math.round(sourceTimeMs - firstMissingMs) / 1000);
}
