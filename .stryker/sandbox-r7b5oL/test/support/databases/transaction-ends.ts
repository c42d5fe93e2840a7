// @ts-nocheck
import type { Connection } from '../../../src/pg/connection.js';

/**
 * Those of the ids that do not end a transaction of the source, or are not there. `xmin` is the transaction: two may begin
 * in the same microsecond, so that `ts` cannot tell them apart.
 */
export async function notAtTransactionEnds(
  source: Connection,
  ids: ReadonlySet<bigint>,
): Promise<readonly bigint[]> {
  const rows = await source.query<{ id: bigint }>(
    `SELECT seen.id FROM unnest($1::bigint[]) AS seen (id)
       LEFT JOIN public.events last ON last.id = seen.id LEFT JOIN public.events next ON next.id = seen.id + 1
      WHERE seen.id > 0 AND (last.id IS NULL OR next.xmin = last.xmin)`,
    [[...ids]],
  );
  return rows.map(({ id }) => id);
}
