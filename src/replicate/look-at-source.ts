import { inOrder } from '../common/in-order.js';
import { unseen } from '../common/unseen.js';
import type { SourceLog } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import { checkSource } from '../schema/check.js';
import type { DatabaseRegistry } from '../schema/identity.js';
import { readSourceTriggers, type SourceTriggers } from '../schema/source-triggers.js';
import type { EventSource } from '../source/event-source.js';
import type { SourceNotices } from '../source/source-notices.js';

/** What a first look at the source tells. */
export interface SourceLook {
  /** The last id that it holds now and that may be copied; undefined when there is none. */
  readonly lastId: bigint | undefined;
  /**
   * Settles when its events are counted and that is logged. A large table takes seconds, in which
   * destinations can be looked at: whoever needs the count asks the source for it.
   */
  readonly counted: Promise<void>;
}

/**
 * Checks that the source is one, warns of what it does not do, and begins to count what it holds.
 * @throws OperatorError when it cannot be reached or is no source.
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

/** Asks at the same time; what is wrong is thrown in this order. */
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
