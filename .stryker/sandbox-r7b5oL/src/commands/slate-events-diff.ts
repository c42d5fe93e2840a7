// @ts-nocheck
import { Command } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { runDiff } from '../diff/run-diff.js';

const program = new Command('slate-eventsDiff')
  .description(
    'Compares events tables byte for byte, inside their servers. Exits with 0 if they are equal, 1 if they differ, 2 if the comparison failed.',
  )
  .version(packageVersion())
  .requiredOption('-c, --config-filename <file>', 'configuration file, its own or that of a replicator')
  .option(
    '-v, --validate-tables',
    'check that each table holds what the loaders wrote, by the testingStats of its events',
  )
  .option('--common', 'compare only ids that both tables have reached, for tables that are being replicated')
  .option('--repair', 'copy events that differ or are missing from the left table into the others')
  .option('--yes', 'repair without asking')
  .option('--json', 'print one JSON document')
  .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing');

/** Runs `slate-eventsDiff` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal): Promise<void> {
  await runCommand(program, () => runDiff(program.opts(), stop), {
    stop,
    errorExitCode: 2,
    stoppedExitCode: 2,
  });
}
