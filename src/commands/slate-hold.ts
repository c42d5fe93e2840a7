import { Command, InvalidArgumentError } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import type { StopSignals } from '../common/stop-signals.js';
import { duration } from '../hold/duration.js';
import { OWN_ERROR } from '../hold/exit-codes.js';
import { runHold } from '../hold/run-hold.js';

const program = new Command('slate-hold')
  .description(
    'Keeps every replicator away from one destination: while a command runs, for some time, or until ^C. Replication then goes on by itself.',
  )
  .version(packageVersion())
  .usage('[options] [-- command arguments...]')
  .argument('[command...]', 'command to run while the destination is held')
  .passThroughOptions()
  .requiredOption('-c, --config-filename <file>', 'configuration file of the replicator')
  .requiredOption('--destination <name>', 'the destination to hold', once)
  .option('--for <time>', 'how long to hold it: 30s, 10m, 2h, 1d', duration)
  .option('--dry-run', 'validate arguments and configuration, show them and end: connects to nothing');

function once(name: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('One destination can be held.');
  return name;
}

/** Runs `slate-hold` to the end of its process. `stop` asks it to end, unless a command runs by then. */
export async function run(stop: AbortSignal, { stops }: { readonly stops: StopSignals }): Promise<void> {
  const main = () => runHold({ ...program.opts(), command: program.args }, stop, stops);
  await runCommand(program, main, { stop, errorExitCode: OWN_ERROR });
}
