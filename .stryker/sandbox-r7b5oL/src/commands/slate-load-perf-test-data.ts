// @ts-nocheck
import { Command } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { wholeNumber } from '../cli/whole-number.js';
import { PERF_DATA_DEFAULTS } from '../load/data/perf-data.js';
import { addLoadOptions } from '../load/load-options.js';
import { loadPerfTestData } from '../load/load-perf-test-data.js';

const { fillerEventsBetween, maxEventsPerInsert } = PERF_DATA_DEFAULTS;

const program = new Command('slate-loadPerfTestData')
  .description(
    'Loads a few rare events among many filler events into an event source, to measure what an index is worth.',
  )
  .version(packageVersion())
  .option(
    '--filler-events-between <n>',
    `filler events between two user events (default: ${fillerEventsBetween}; with --events, as many as spread the user events evenly)`,
    wholeNumber({ min: 0 }),
  )
  .option(
    '--max-events-per-insert <n>',
    'maximum number of events per call',
    wholeNumber({ min: 1 }),
    maxEventsPerInsert,
  )
  .option(
    '--events <n>',
    'total number of events (default: up to the last user event)',
    wholeNumber({ min: 0 }),
  );

/** Runs `slate-loadPerfTestData` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal): Promise<void> {
  await runCommand(addLoadOptions(program), () => loadPerfTestData(program.opts(), stop), { stop });
}
