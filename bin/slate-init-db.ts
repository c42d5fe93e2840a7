#!/usr/bin/env node
import { Command, Option } from 'commander';
import { runCommand } from '../src/cli/run-command.js';
import { packageVersion } from '../src/cli/version.js';
import { initDb } from '../src/schema/init-db.js';

const program = new Command('slate-init-db')
  .description('Creates a source or a destination database with the objects that slate-replicator needs.')
  .version(packageVersion())
  .option('--host <name>', 'database server, also as name:port', 'localhost')
  .option('--port <number>', 'port of the server (default: PGPORT or 5432)')
  .option('--user <name>', 'role that creates the database (default: PGUSER)')
  .option('--password <password>', 'its password (default: PGPASSWORD or .pgpass)')
  .option('--connect-timeout <ms>', 'how long connecting may take', '15000')
  .requiredOption('-n, --new-database <name>', 'database to create')
  .addOption(
    new Option('-t, --table-type <type>', 'kind of database')
      .choices(['source', 'destination'])
      .makeOptionMandatory(),
  )
  .option('--dry-run', 'show what would be done and end: connects to nothing');

await runCommand(program, () => initDb(program.opts()));
