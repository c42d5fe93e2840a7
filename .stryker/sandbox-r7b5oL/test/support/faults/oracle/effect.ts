// @ts-nocheck
import type { Target } from '../../network/proxy.js';
import type { Crew } from './crew.js';
import type { Site } from './field.js';
import type { PlannedFault } from './schedule.js';
import type { SupervisedReplicator } from './supervised-replicator.js';

/** A fault and how it is taken back. `end` is called in any case, also when `begin` failed half-way. */
export interface Effect {
  begin(): unknown;
  end(): unknown;
  /** Only one fault with this name at a time. */
  readonly alone?: string | undefined;
}

/** Where a fault happens, and how much of it. */
export interface Place {
  readonly fault: PlannedFault;
  readonly crew: Crew;
  readonly site: Site;
  readonly replicator: SupervisedReplicator;
  readonly target: Target;
}

/** One with this name at a time at each server. */
export function aloneAt({ fault }: Place, name: string): string {
  return `${fault.server} ${name}`;
}

export function momentary(begin: () => unknown): Effect {
  return { begin, end: () => {} };
}
