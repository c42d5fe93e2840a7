import type { Logger } from '../lifecycle/log.js';
import type { Extent } from '../plan/missing-ranges.js';
import { checkSource } from '../schema/check.js';
import type { DatabaseRegistry } from '../schema/identity.js';
import type { EventSource } from '../source/event-source.js';

/**
 * Checks that the source is one, and logs what it holds.
 * @returns what it holds now.
 * @throws OperatorError when it cannot be reached or is no source.
 */
export function lookAtSource(source: EventSource, registry: DatabaseRegistry, log: Logger): Promise<Extent> {
  return source.ask(async (connection) => {
    await checkSource(connection);
    await registry.register(connection);
    const extent = await source.currentExtent();
    log.info({ source: connection.where, events: extent.count, maxId: extent.ids?.to }, 'source checked');
    return extent;
  });
}
