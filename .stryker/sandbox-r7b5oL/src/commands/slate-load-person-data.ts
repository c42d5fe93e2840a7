// @ts-nocheck
import { Command } from 'commander';
import { runCommand } from '../cli/run-command.js';
import { packageVersion } from '../cli/version.js';
import { wholeNumber } from '../cli/whole-number.js';
import { PERSON_DATA_DEFAULTS } from '../load/data/person-data.js';
import { addLoadOptions } from '../load/load-options.js';
import { loadPersonData } from '../load/load-person-data.js';

const { countPerson, countFiller, countPersonDelete } = PERSON_DATA_DEFAULTS;

const program = new Command('slate-loadPersonData')
  .description('Loads test events about persons into an event source.')
  .version(packageVersion())
  .option(
    '--count-person <n>',
    'number of persons; each is written by a call of its own',
    wholeNumber({ min: 1 }),
    countPerson,
  )
  .option(
    '--count-filler <n>',
    'number of filler events, spread evenly over the calls and rounded up',
    wholeNumber({ min: 0 }),
    countFiller,
  )
  .option(
    '--count-person-delete <n>',
    'maximum number of persons to delete',
    wholeNumber({ min: 0 }),
    countPersonDelete,
  );

/** Runs `slate-loadPersonData` to the end of its process. `stop` asks it to end. */
export async function run(stop: AbortSignal): Promise<void> {
  await runCommand(addLoadOptions(program), () => loadPersonData(program.opts(), stop), { stop });
}
