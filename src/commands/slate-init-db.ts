import { Command } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { initDb } from '../schema/init-db.js';
import { addInitDbOptions } from '../schema/init-db-options.js';

const program = new Command('slate-init-db')
  .description('Creates a source or destination database, or brings an older source up to date.')
  .version(packageVersion());

await runCommand(addInitDbOptions(program), () => initDb(program.opts()));
