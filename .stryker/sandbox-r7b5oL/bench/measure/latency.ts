// @ts-nocheck
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { Sample } from './alternate.js';
import { select } from './clusters.js';
import { quantile } from './statistics.js';

/** When something happened to an event, in microseconds since 1970, by id. */
export type Times = ReadonlyMap<bigint, number>;

/**
 * When a row's transaction was committed by this server (`track_commit_timestamp`). It is taken just before the commit is written: what
 * comes of waiting for the disk is part of the time until the row is seen elsewhere.
 */
export const COMMITTED_AT = 'pg_xact_commit_timestamp(xmin)';

/**
 * Native replication keeps the source's commit time, so its destinations note when they applied the row. That is a little before its
 * commit: native is measured a little too fast. With the first row of a large transaction it would be much too fast: ask for the last.
 */
export const ARRIVED_AT = 'arrived';

/** Times of these events in one database. */
export async function readTimes(
  database: ConnectionParams,
  expression: typeof COMMITTED_AT | typeof ARRIVED_AT,
  ids: readonly bigint[],
): Promise<Times> {
  const rows = await select<{ id: bigint; at: bigint }>(
    database,
    `SELECT id, (extract(epoch FROM ${expression}) * 1000000)::bigint AS at FROM public.events WHERE id = ANY ($1)`,
    [`{${ids.join()}}`],
  );
  return new Map(rows.map(({ id, at }) => [id, Number(at)]));
}

/** Milliseconds from commit at the source until it was there, per transaction: at each destination, in the order of ids. */
export function latenciesMs(committed: Times, arrived: readonly Times[]): number[][] {
  return [...committed].map(([id, at]) =>
    arrived.map((times) => {
      const there = times.get(id);
      if (there === undefined) throw new Error(`event ${id} did not arrive`);
      return (there - at) / 1000;
    }),
  );
}

/** Quantiles over transactions: at any destination, at the first one to have it, and at the last one. */
export function summarizeLatencies(perTransaction: readonly (readonly number[])[]): Sample {
  const all = perTransaction.flat();
  const last = perTransaction.map((latencies) => Math.max(...latencies));
  return {
    p50Ms: quantile(all, 0.5),
    p95Ms: quantile(all, 0.95),
    p99Ms: quantile(all, 0.99),
    firstP50Ms: quantile(
      perTransaction.map((latencies) => Math.min(...latencies)),
      0.5,
    ),
    lastP50Ms: quantile(last, 0.5),
    lastP95Ms: quantile(last, 0.95),
    lastP99Ms: quantile(last, 0.99),
  };
}
