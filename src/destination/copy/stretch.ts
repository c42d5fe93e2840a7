import type { Fingerprint } from '../../events/fingerprint.js';

/** Everything behind `after`. */
export interface Tail {
  readonly after: bigint;
  /** The destination's last event, which comes before the first batch; absent in an empty destination. */
  readonly predecessor?: Fingerprint | undefined;
  /** Done as soon as this id has been copied. */
  readonly until?: bigint | undefined;
}

/** Where to begin and when to end. */
export interface Stretch extends Tail {
  /** A gap: its end, inclusive, and the destination's last event, which lies beyond it. */
  readonly gap?: { readonly upTo: bigint; readonly anchor: Fingerprint } | undefined;
  /** Called when the source has nothing more and all is committed: wait for the next wake-up, or end? */
  readonly onEnd: () => 'wait' | 'end';
  /** It never ends by itself: what comes next need not wait until all is committed. */
  readonly isEndless?: boolean | undefined;
}
