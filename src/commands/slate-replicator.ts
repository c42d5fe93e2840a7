import { Command, Option } from 'commander';
import { destinationOption } from '../cli/destination-option.js';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { LOG_FORMATS, openLog } from '../replicate/output/open-log.js';
import {
  type ReplicatorCommandOptions,
  type RunSignals,
  refuseLoneJson,
  runReplicator,
} from '../replicate/run-replicator.js';

const program = new Command('slate-replicator')
  .description(
    'Copies the events of a source database to the events tables of its destinations, as they are committed.',
  )
  .version(packageVersion())
  .requiredOption('-c, --config-filename <file>', 'configuration file')
  .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing')
  .option('--check', 'connect, validate everything and show what would be copied: writes nothing')
  .option('--json', 'with --check: print one JSON document, with what is wrong and what mends it')
  .option('--once', 'copy everything that is missing now, then end')
  .option('--defer-indexes', 'load empty destinations without their secondary indexes, then build them')
  .option('--standby', 'where another replicator is writing, wait and take over when it ends')
  .addOption(destinationOption())
  .addOption(
    new Option('--log-format <format>', 'how to log (default: text on a terminal, else json)').choices(
      LOG_FORMATS,
    ),
  );

/** Runs `slate-replicator` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal, signals: RunSignals): Promise<void> {
  const main = async () => {
    const options = program.opts<ReplicatorCommandOptions>();
    refuseLoneJson(options);
    using log = openLog(program.name(), options);
    return await runReplicator(options, log, signals);
  };
  await runCommand(program, main, { stop });
}
