// @ts-nocheck
import type { Field } from './field.js';
import type { Loader } from './loader.js';
import type { Observer } from './observer.js';
import type { SupervisedReplicator } from './supervised-replicator.js';

/** Loaders, observers and a replicator at work. */
export interface Crew {
  readonly field: Field;
  readonly replicator: SupervisedReplicator;
  readonly loaders: readonly Loader[];
  /** One for each destination, in their order. */
  readonly observers: readonly Observer[];
  /** The loaders take ids from a sequence: there are holes, and events become visible out of order. */
  readonly hasHoles: boolean;
}
