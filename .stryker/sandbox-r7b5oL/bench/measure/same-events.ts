// @ts-nocheck
import { compareWithAll } from '../../src/diff/compare/compare-tables.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';

/** @throws Error unless every destination holds exactly the source's events, to the byte: then its measurement says nothing. */
export async function verifySameEvents(
  source: ConnectionParams,
  destinations: readonly ConnectionParams[],
  stop: AbortSignal,
): Promise<void> {
  const outcomes = await compareWithAll(source, destinations, { maxDiffs: 1, signal: stop });
  for (const { right, comparison, trouble } of outcomes) {
    if (comparison?.equal) continue;
    throw new Error(`${right.databaseName} is not equal to its source after the copy`, { cause: trouble });
  }
}
