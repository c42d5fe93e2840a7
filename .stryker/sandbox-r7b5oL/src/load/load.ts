// @ts-nocheck
import { explainDatabaseError } from '../pg/explain-error.js';
import { type LoadersOptions, openLoaders } from './connections.js';
import type { Operation } from './data/operation.js';
import { groupIntoTransactions } from './group-into-transactions.js';
import { LoadRun, type LoadRunOptions, type LoadTotals } from './transaction-queue.js';

export interface LoadOptions extends LoadersOptions, LoadRunOptions {
  /** Default `OPERATIONS_PER_TRANSACTION`. */
  readonly operationsPerTransaction?: number;
}

export interface LoadSummary extends LoadTotals {
  /** From the first send to the last commit. */
  readonly seconds: number;
}

/**
 * Calls per transaction. The lock that hands out ids is held until the commit is on disk, so with small
 * transactions all loaders wait for the disk in turn. Measured with the default person data and fsync on,
 * against the original's way (one call at a time, with literals in its text): one call per transaction gives
 * 1.8 × its events/s, 32 calls 3.3 ×; with 4 loaders 1.3 × and 3.4 ×. With `synchronous_commit = off` one
 * loader would gain as much, but a source that crashes would lose events that were already replicated.
 */
export const OPERATIONS_PER_TRANSACTION = 32;

/**
 * Writes all operations into a source, each by one call. With several loaders their order is not defined,
 * except that an operation comes after the one named in its `after`.
 * @throws OperatorError that says what failed and how much had been written by then.
 */
export async function load(operations: Iterable<Operation>, options: LoadOptions): Promise<LoadSummary> {
  await using loaders = await openLoaders(options);
  const perTransaction = options.operationsPerTransaction ?? OPERATIONS_PER_TRANSACTION;
  const run = new LoadRun(groupIntoTransactions(operations, perTransaction), options);
  const startMs = performance.now();
  await run.write(loaders.writers).catch((error: unknown) => {
    const doing = `write more than ${run.totals.events} events to`;
    throw explainDatabaseError(error, { doing, params: options.source });
  });
  return { ...run.totals, seconds: (performance.now() - startMs) / 1000 };
}
