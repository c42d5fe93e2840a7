// @ts-nocheck
import type { IdRange } from '../../events/id-range.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import type { DifferenceCounts, DifferenceRange } from './difference.js';
import type { EventExample } from './examples.js';

/** How one table compares with the left one. */
export interface Comparison {
  /** True only when every event of both tables was compared and none differed. */
  readonly equal: boolean;
  /** False if the comparison stopped at `maxDiffs`. */
  readonly complete: boolean;
  /** The ids that were to be compared; absent when there are none. */
  readonly ids?: IdRange | undefined;
  /** Events that were compared. */
  readonly events: { readonly left: bigint; readonly right: bigint };
  readonly counts: DifferenceCounts;
  /** Ascending. */
  readonly ranges: readonly DifferenceRange[];
  /** A few of the events that both tables have. */
  readonly examples: readonly EventExample[];
}

/** Result for one table: a comparison, or the reason why there is none. */
export type Outcome = { readonly right: ConnectionParams } & (
  | { readonly comparison: Comparison; readonly trouble?: never }
  | { readonly trouble: unknown; readonly comparison?: never }
);
