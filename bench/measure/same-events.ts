import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { select } from './clusters.js';

/** Count and a sum of hashes of whole rows: equal tables have equal ones, on one major version of PostgreSQL. */
const DIGEST_SQL = `
  SELECT count(*) || '/' || coalesce(sum(hashtextextended(id || '/' || extract(epoch FROM ts) || '/' || event::text, 0)), 0) AS digest
    FROM public.events`;

export async function digestOf(params: ConnectionParams): Promise<string> {
  const [row] = await select<{ digest: string }>(params, DIGEST_SQL);
  return row?.digest ?? '';
}

/** @throws Error if a destination does not hold exactly the source's events: then its measurement says nothing. */
export async function verifySameEvents(
  sourceDigest: string,
  destinations: readonly ConnectionParams[],
): Promise<void> {
  for (const destination of destinations) {
    const digest = await digestOf(destination);
    if (digest === sourceDigest) continue;
    throw new Error(
      `${destination.databaseName} is not equal to its source after the copy: ${digest} against ${sourceDigest}`,
    );
  }
}
