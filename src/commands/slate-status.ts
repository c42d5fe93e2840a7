import { Command } from 'commander';
import { destinationOption } from '../cli/destination-option.js';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { wholeNumber } from '../cli/whole-number.js';
import { runStatus } from '../status/run-status.js';

/** A day. */
const LONGEST_SECONDS = 86_400;

const limit = wholeNumber({ min: 0 });
const seconds = wholeNumber({ min: 1, max: LONGEST_SECONDS });

const program = new Command('slate-status')
  .description(
    'Asks source and destinations how far each destination is behind, whether a replicator runs or not. Writes nothing. Exits with 0 if all are within the limits, 1 if not, 2 if that cannot be told.',
  )
  .version(packageVersion())
  .requiredOption('-c, --config-filename <file>', 'configuration file of the replicator')
  .addOption(destinationOption())
  .option('--max-lag-events <n>', 'limit: how many events a destination may be behind', limit)
  .option('--max-lag-seconds <n>', 'limit: how old the first event may be that a destination lacks', limit)
  .option('--quick', 'do not count events: finds no gaps, costs the servers next to nothing')
  .option('--timeout <seconds>', 'how long a look may take', seconds, 10)
  .option('--watch [seconds]', 'look again and again (default: every 2 seconds)', seconds)
  .option('--json', 'print one JSON document; with --watch, one a line')
  .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing');

/** Runs `slate-status` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal): Promise<void> {
  await runCommand(program, () => runStatus(program.opts(), stop), {
    stop,
    errorExitCode: 2,
    stoppedExitCode: 2,
  });
}
