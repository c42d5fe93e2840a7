// @ts-nocheck
import { isRecord, type RawConfig } from './load-file.js';
import type { OptionName } from './options.js';

/** A connection of a configuration as its file holds it, and where it stands there. */
export interface Place {
  /** `replicationDestinations[1]` */
  readonly path: string;
  readonly connection: RawConfig;
}

/** The connections under the given keys, whatever else is wrong with them. */
export function placesIn(raw: RawConfig, names: readonly OptionName[]): Place[] {
  return names.flatMap((name) => {
    const value = raw[name];
    if (!Array.isArray(value)) return placeOf(name, value);
    return value.flatMap((connection, index) => placeOf(`${name}[${index}]`, connection));
  });
}

function placeOf(path: string, connection: unknown): Place[] {
  return isRecord(connection) ? [{ path, connection }] : [];
}
