import { Command } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { runDiff } from '../diff/run-diff.js';

const program = new Command('slate-eventsDiff')
  .description(
    'Compares events tables byte for byte, inside their servers. Exits with 0 when they are equal, 1 when they differ, 2 when that could not be found out.',
  )
  .version(packageVersion())
  .requiredOption('-c, --config-filename <file>', 'configuration file, also a replicator’s')
  .option('-v, --validate-tables', 'prove by testingStats that each table is as its loaders made it')
  .option('--common', 'compare up to the smaller highest id, for tables that are being replicated')
  .option('--repair', 'copy what differs or is missing from the left table into the others')
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
