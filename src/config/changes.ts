import { isDeepStrictEqual } from 'node:util';
import type { ConnectionParams } from '../pg/connection-params.js';
import type { Option } from './option.js';
import { OPTIONS } from './options.js';
import type { ReplicatorConfig } from './replicator-config.js';

/** How the destinations of a configuration differ from those before. */
export interface DestinationChanges {
  /** Were there before, and are not there any more in this way. */
  readonly removed: readonly ConnectionParams[];
  /** Were not there before in this way. */
  readonly added: readonly ConnectionParams[];
}

/** Compares destinations. One that has changed in any way, also in its password, is removed and added. */
export function compareDestinations(
  before: readonly ConnectionParams[],
  after: readonly ConnectionParams[],
): DestinationChanges {
  const without = (all: readonly ConnectionParams[], others: readonly ConnectionParams[]) =>
    all.filter((params) => !others.some((other) => isSame(other, params)));
  return { removed: without(before, after), added: without(after, before) };
}

/** Keys with other values, which take effect only when the process starts again. */
export function changedOptions(before: ReplicatorConfig, after: ReplicatorConfig): string[] {
  const keys = Object.entries<Option<unknown>>(OPTIONS).flatMap(([key, { field }]) => {
    const name = (field?.name ?? key) as keyof ReplicatorConfig;
    return isDeepStrictEqual(before[name], after[name]) ? [] : [key];
  });
  return keys.filter((key) => key !== 'replicationDestinations');
}

/** A password from a file is read again for each session. */
function isSame(one: ConnectionParams, other: ConnectionParams): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

function comparable(params: ConnectionParams): object {
  const { passwordFrom } = params;
  const given = Object.entries(params).filter(
    ([field, value]) => value !== undefined && (field !== 'password' || passwordFrom === undefined),
  );
  return Object.fromEntries(given);
}
