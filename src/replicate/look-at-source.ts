import type { SourceLog } from '../log/log.js';
import { checkSource } from '../schema/check.js';
import type { DatabaseRegistry } from '../schema/identity.js';
import type { EventSource } from '../source/event-source.js';
import type { SourceNotices } from '../source/source-notices.js';

/** What a first look at the source tells. */
export interface SourceLook {
  /** The last id that it holds now and that may be copied; undefined when there is none. */
  readonly lastId: bigint | undefined;
  /**
   * Settles when its events are counted and that is logged. A large table takes seconds, in which destinations can be
   * looked at: whoever needs the count asks the source for it.
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
  await source.ask(async (connection) => {
    // One after the other: this session does not pipeline, and pg warns on stderr of a queue.
    await checkSource(connection);
    await registry.register(connection);
    await notices.look(connection);
  });
  const lastId = await source.look();
  const counted = source.currentExtent().then(({ count, ids }) => {
    log.write('source checked', { sourceEvents: count, sourceMaxId: ids?.to });
  });
  counted.catch(() => {});
  return { lastId, counted };
}
