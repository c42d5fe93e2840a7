import type { Destination } from '../destination/destination.js';
import type { Log } from '../log/log.js';

/** Logs what this run copied to a destination, if copying had begun. */
export function logSummary({ context, copied, hasBegun }: Destination, log: Log): void {
  if (hasBegun) log.write('summary', { destination: context.name, ...copied });
}
