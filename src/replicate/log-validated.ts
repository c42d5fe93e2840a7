import type { Validated } from '../destination/guard/validate.js';
import type { Log } from '../log/log.js';

/** Logs what a validation found. */
export function logValidated(log: Log, name: string, { source, destination, plan }: Validated): void {
  log.write('destination checked', {
    destination: name,
    destinationEvents: destination.count,
    destinationMaxId: destination.ids?.to,
    sourceEvents: source.count,
    sourceMaxId: source.ids?.to,
    gaps: plan.gaps.length,
  });
}
