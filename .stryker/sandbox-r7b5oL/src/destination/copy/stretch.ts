// @ts-nocheck
import type { Fingerprint } from '../../events/fingerprint.js';

/** What to copy: everything behind `after`. */
export interface Tail {
  readonly after: bigint;
  /** Last event of the destination, which precedes the first batch. Absent if the destination is empty. */
  readonly predecessor?: Fingerprint | undefined;
  /** The copying ends when this id has been copied. */
  readonly until?: bigint | undefined;
}

/** Where to begin and when to end. */
export interface Stretch extends Tail {
  /** For a gap: its last id, and the last event of the destination, which lies behind the gap. */
  readonly gap?: { readonly upTo: bigint; readonly anchor: Fingerprint } | undefined;
  /**
   * Called when the source has nothing more and all is committed. Decides whether to wait for a wake-up or to
   * end.
   */
  readonly onEnd: () => 'wait' | 'end';
  /**
   * True if the copying follows the source without an end. The next batch then need not wait for earlier
   * commits.
   */
  readonly isEndless?: boolean | undefined;
}
