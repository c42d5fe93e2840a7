import { nearestName } from '../common/nearest-name.js';
import { ConfigurationError } from '../common/operator-error.js';
import { type ConnectionParams, nameOf, placeOf } from '../pg/connection-params.js';
import { comparableName } from './connection-name.js';

/** An error lists at most this many names. */
const NAMES_LISTED = 10;

/**
 * The destinations that `--destination` names, in the order of the configuration file; all of them without
 * the option. A destination that has a name may also be called by its place.
 * @throws ConfigurationError if a name is not in the configuration.
 */
export function chooseDestinations(
  all: readonly ConnectionParams[],
  wanted: readonly string[] | undefined,
): readonly ConnectionParams[] {
  if (wanted === undefined || wanted.length === 0) return all;
  const names = wanted.map(comparableName);
  const unknown = names.filter((name) => !all.some((params) => isCalled(params, name)));
  if (unknown.length > 0) throw unknownDestinations(all, [...new Set(unknown)]);
  return all.filter((params) => names.some((name) => isCalled(params, name)));
}

function isCalled(params: ConnectionParams, name: string): boolean {
  return nameOf(params) === name || placeOf(params) === name;
}

function unknownDestinations(
  all: readonly ConnectionParams[],
  unknown: readonly string[],
): ConfigurationError {
  const known = all.map(nameOf);
  const meant = [...new Set(unknown.flatMap((name) => nearestName(name, known) ?? []))];
  const question = meant.length === 0 ? '' : `Did you mean ${meant.join(', ')}? `;
  const more = known.length > NAMES_LISTED ? ` and ${known.length - NAMES_LISTED} more` : '';
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  return new ConfigurationError(`The configuration has no destination named ${names}.`, {
    hint: `${question}Its destinations: ${known.slice(0, NAMES_LISTED).join(', ')}${more}.`,
  });
}
