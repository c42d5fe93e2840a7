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
    .requiredOption('-c, --config-filename <file>', 'configuration file; a replicator’s will do')
    .option(
      '--loaders <n>',
      'connections that write at the same time',
      wholeNumber({ min: 1, max: MAX_LOADERS }),
      1,
    )
    .option(
      '--operations-per-transaction <n>',
      'calls committed together; 1: each by itself, as the original did, which is slower',
      wholeNumber({ min: 1 }),
      OPERATIONS_PER_TRANSACTION,
    )
    .option(
      '--seed <n>',
      'write the same events in every run; without it they differ',
      wholeNumber({ min: 0 }),
    )
    .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing');
}
