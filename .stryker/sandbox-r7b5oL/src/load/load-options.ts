// @ts-nocheck
import type { Command } from 'commander';
import { wholeNumber } from '../cli/whole-number.js';
import { OPERATIONS_PER_TRANSACTION } from './load.js';

/** Options that both loaders have. */
export interface LoadCommandOptions {
  readonly configFilename: string;
  readonly loaders: number;
  readonly operationsPerTransaction: number;
  readonly seed?: number;
  readonly dryRun?: boolean;
}

const MAX_LOADERS = 1000;

/** Adds the options that both loaders have, after their own. */
export function addLoadOptions(program: Command): Command {
  return program
    .requiredOption('-c, --config-filename <file>', 'configuration file, its own or that of a replicator')
    .option(
      '--loaders <n>',
      'number of connections that write in parallel',
      wholeNumber({ min: 1, max: MAX_LOADERS }),
      1,
    )
    .option(
      '--operations-per-transaction <n>',
      'calls per transaction; 1 commits each call by itself, as version 0.1.4 did, which is slower',
      wholeNumber({ min: 1 }),
      OPERATIONS_PER_TRANSACTION,
    )
    .option(
      '--seed <n>',
      'seed for random numbers: runs with the same seed write the same events',
      wholeNumber({ min: 0 }),
    )
    .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing');
}
