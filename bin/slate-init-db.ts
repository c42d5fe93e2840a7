#!/usr/bin/env node
import { Command } from 'commander';
import { runCommand } from '../src/cli/run-command.js';
import { packageVersion } from '../src/cli/version.js';
import { initDb } from '../src/schema/init-db.js';
import { addInitDbOptions } from '../src/schema/init-db-options.js';

const program = new Command('slate-init-db')
  .description('Creates a source or destination database, or brings an older source up to date.')
  .version(packageVersion());

await runCommand(addInitDbOptions(program), () => initDb(program.opts()));
