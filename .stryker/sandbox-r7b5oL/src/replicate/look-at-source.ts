// @ts-nocheck
import { inOrder } from '../common/in-order.js';
import { unseen } from '../common/unseen.js';
import type { SourceLog } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import { checkSource } from '../schema/check.js';
import type { DatabaseRegistry } from '../schema/identity.js';
import { readSourceTriggers, type SourceTriggers } from '../schema/source-triggers.js';
import type { EventSource } from '../source/event-source.js';
import type { SourceNotices } from '../source/source-notices.js';

/** Result of the first look at the source. */
export interface SourceLook {
  /** The last id that may be copied now; undefined if there is none. */
  readonly lastId: bigint | undefined;
  /**
   * Settles when the events are counted and the count is logged. For a large table that takes seconds, in
   * which destinations are validated already. Code that needs the count asks the source for it.
   */
  readonly counted: Promise<void>;
}

/**
 * Checks that the database is a source, warns if it does not notify, and begins to count its events.
 * @throws OperatorError if it cannot be reached or is no source.
 */
export async function lookAtSource(
  source: EventSource,
  registry: DatabaseRegistry,
  { log, notices }: { readonly log: SourceLog; readonly notices: SourceNotices },
): Promise<SourceLook> {
  const [triggers] = await inOrder([source.askBriefly(askWhatItIs(registry)), source.prepareToLook()]);
  notices.tell(triggers);
  const { lastId, extent } = await source.look();
  const counted = extent.then(({ count, ids }) => {
    log.write('source checked', { sourceEvents: count, sourceMaxId: ids?.to });
  });
  return { lastId, counted: unseen(counted) };
}

/** Sends all queries at the same time. Errors are thrown in this order. */
function askWhatItIs(registry: DatabaseRegistry): (connection: Connection) => Promise<SourceTriggers> {
  return async (connection) => {
    const [, , triggers] = await inOrder([
      checkSource(connection),
      registry.register(connection),
      readSourceTriggers(connection),
    ]);
    return triggers;
  };
}
