import { Command } from 'commander';
import { createLogger } from '../cli/logger.js';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { runReplicator } from '../replicate/run-replicator.js';

const program = new Command('slate-replicator')
  .description(
    'Copies the events of a source database to the events tables of its destinations, as they are committed.',
  )
  .version(packageVersion())
  .requiredOption('-c, --config-filename <file>', 'configuration file')
  .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing')
  .option('--check', 'connect, validate everything and show what would be copied: writes nothing')
  .option('--once', 'copy everything that is missing now, then end')
  .option('--defer-indexes', 'load empty destinations without their secondary indexes, then build them')
  .option('--standby', 'where another replicator is writing, wait and take over when it ends');

/** Runs `slate-replicator` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal): Promise<void> {
  await runCommand(program, () => runReplicator(program.opts(), createLogger('slate-replicator'), stop), {
    stop,
  });
}
