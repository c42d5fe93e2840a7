import type { HeardFields } from '../log/heard.js';
import type { RecordName } from '../log/records.js';
import type { DestinationMemory } from './destination-memory.js';
import { tellError } from './told-error.js';

/** Notes what a record of the log tells of its destination. */
export function hearOfDestination(
  memory: DestinationMemory,
  name: RecordName,
  fields: HeardFields,
  at: Date,
): void {
  if (fields.err !== undefined) memory.failed(tellError(fields.err, at));
  switch (name) {
    case 'state':
      memory.enter(String(fields.state), at);
      break;
    case 'destination has another writer: waiting for its end':
      memory.otherWriter = { who: String(fields.writer), since: at };
      break;
    case 'piping a transaction too large for memory':
      memory.isPiping = true;
      break;
    case 'indexes wait until the destination has caught up':
      memory.indexesToBuild = (fields.indexesToBuild as readonly string[]).length;
      break;
    case 'index built':
      memory.indexesToBuild = Math.max(0, memory.indexesToBuild - 1);
      break;
    default:
  }
}
