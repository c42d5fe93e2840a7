import { explainDatabaseError } from '../pg/explain-error.js';
import { LoadRun, type LoadRunOptions, type LoadTotals } from './load-run.js';
import { type LoadersOptions, openLoaders } from './loaders.js';
import type { Operation } from './operation.js';
import { groupIntoTransactions } from './transactions.js';

export interface LoadOptions extends LoadersOptions, LoadRunOptions {
  /** Default `OPERATIONS_PER_TRANSACTION`. */
  readonly operationsPerTransaction?: number;
}

export interface LoadSummary extends LoadTotals {
  /** From the first send to the last commit. */
  readonly seconds: number;
}

/**
 * The lock that hands out ids is held until the commit has reached the disk, so small transactions wait for disk and for each other.
 * Measured with the default person data, fsync on: TODO
 */
export const OPERATIONS_PER_TRANSACTION = 16;

/**
 * Writes all operations into a source, each whole and by one call; with several loaders it does not say in which order, except
 * that an operation comes after the one that it names.
 * @throws OperatorError that says what failed and how much had been written by then.
 */
export async function load(operations: Iterable<Operation>, options: LoadOptions): Promise<LoadSummary> {
  await using loaders = await openLoaders(options);
  const perTransaction = options.operationsPerTransaction ?? OPERATIONS_PER_TRANSACTION;
  const run = new LoadRun(groupIntoTransactions(operations, perTransaction), options);
  const startMs = performance.now();
  await run.write(loaders.writers).catch((error: unknown) => {
    const doing = `write more than ${run.totals.events} events`;
    throw explainDatabaseError(error, { doing, params: options.source });
  });
  return { ...run.totals, seconds: (performance.now() - startMs) / 1000 };
}
