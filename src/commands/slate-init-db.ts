import { Command } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { initDb } from '../init-db/init-db.js';
import { addInitDbOptions } from '../init-db/init-db-options.js';

const program = new Command('slate-init-db')
  .description('Creates a source or destination database, or brings an older one up to date.')
  .version(packageVersion());

/** Runs `slate-init-db` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal): Promise<void> {
  await runCommand(addInitDbOptions(program), () => initDb(program.opts(), stop), {
    stop,
    stoppedExitCode: 1,
  });
}
