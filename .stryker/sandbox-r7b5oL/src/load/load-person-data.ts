// @ts-nocheck
import { type PersonDataOptions, personDataSize, personOperations } from './data/person-data.js';
import { runLoad } from './load-command.js';
import type { LoadCommandOptions } from './load-options.js';

/** What `slate-loadPersonData` does; returns the exit code. */
export function loadPersonData(
  command: LoadCommandOptions & PersonDataOptions,
  stop: AbortSignal,
): Promise<number> {
  const size = personDataSize(command);
  const job = {
    name: 'slate-loadPersonData',
    operations: personOperations(command),
    size,
    shown: {
      persons: command.countPerson,
      'fillers per person': size.fillersPerPerson,
      'one deletion per': size.personsPerDelete === 0 ? 'none' : `${size.personsPerDelete} persons`,
    },
  };
  return runLoad(job, command, stop);
}
