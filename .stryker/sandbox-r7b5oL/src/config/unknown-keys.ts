// @ts-nocheck
import { isSlip, nearestName } from '../common/nearest-name.js';
import { CONNECTION_FIELDS } from './connection-options.js';
import type { RawConfig } from './load-file.js';
import { OPTIONS, type OptionName } from './options.js';
import { placesIn } from './places.js';

/** Lines about the keys of a configuration that no command knows. */
export interface UnknownKeys {
  /** Keys that are one slip away from a known key, which was most likely meant. */
  readonly slips: readonly string[];
  /** Keys that resemble a known key. */
  readonly alike: readonly string[];
  /** All others: helpers, comments, and what other programs read. */
  readonly others: readonly string[];
}

interface UnknownKey {
  readonly key: string;
  /** Path of the connection that it stands in; '' at the top level. */
  readonly place: string;
  readonly nearest: string | undefined;
  readonly isSlip: boolean;
}

/**
 * Finds the unknown keys of a configuration, and of its connections under the keys `names`. It reads no value
 * of theirs.
 */
export function unknownKeys(raw: RawConfig, names: readonly OptionName[]): UnknownKeys {
  const unknown = [
    ...unknownIn(raw, '', Object.keys(OPTIONS)),
    ...placesIn(raw, names).flatMap(({ path, connection }) =>
      unknownIn(connection, path, Object.keys(CONNECTION_FIELDS)),
    ),
  ];
  const ignored = unknown.filter((found) => !found.isSlip);
  return {
    slips: unknown.filter((found) => found.isSlip).map(describeSlip),
    alike: oncePerName(ignored.filter(({ nearest }) => nearest !== undefined)),
    others: oncePerName(ignored.filter(({ nearest }) => nearest === undefined)),
  };
}

function unknownIn(value: RawConfig, place: string, known: readonly string[]): UnknownKey[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = known.find((name) => isSlip(key, name));
      return { key, place, nearest: meant ?? nearestName(key, known), isSlip: meant !== undefined };
    });
}

/** One line per name of a key: many connections may have the same one. */
function oncePerName(unknown: readonly UnknownKey[]): string[] {
  const namesakes = ({ key, place }: UnknownKey) =>
    unknown.filter((other) => other.key === key && (other.place === '') === (place === ''));
  return unknown
    .filter((found) => namesakes(found)[0] === found)
    .map((found) => describeIgnored(found, namesakes(found).length - 1));
}

function describeSlip({ key, place, nearest }: UnknownKey): string {
  return `${pathOf(place, key)}: unknown key, did you mean ${nearest}?`;
}

function describeIgnored({ key, place, nearest }: UnknownKey, others: number): string {
  const also = others === 0 ? '' : ` here and in ${others} other connection${others === 1 ? '' : 's'}`;
  const question = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${pathOf(place, key)}: unknown key, ignored${also}${question}`;
}

function pathOf(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}
