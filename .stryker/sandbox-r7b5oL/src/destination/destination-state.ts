/**
 * The states of a destination:
 *
 *   connecting ──▶ validating ──▶ catching up ──▶ building indexes ──▶ live
 *     ▲    │           │             │                 │             │
 *     │ standby        └─────────────┴────────┬────────┴─────────────┘
 *     │                                       ▼ something failed
 *     └─────────────────────────────── backing off ──▶ stopped (what failed needs a person)
 *
 * `connecting` opens a session and becomes the one writer. `standby` waits while another replicator is the
 * writer. `validating` looks at what is there, and plans. `catching up` copies what is missing. `building
 * indexes` comes only after a load without them. `live` means that it had everything at the last read.
 *
 * With `onError: 'exit'` a failure is thrown and ends the process, except an error that asks for one more
 * validation. With `'retry'` the table of reactions decides. An error that passes leads through `backing off`
 * to a new session, forever. Any other error leads to `stopped`, and the other destinations go on. A run with
 * a goal (`--once`) waits for nothing: any failure leads to `stopped`.
 */
// @ts-nocheck

export type DestinationState =
  | 'connecting'
  | 'standby'
  | 'validating'
  | 'catching up'
  | 'building indexes'
  | 'live'
  | 'backing off'
  | 'stopped';

/** States in which this process is the one writer. */
export const WRITING: ReadonlySet<DestinationState> = new Set([
  'validating',
  'catching up',
  'building indexes',
  'live',
]);
