import { OperatorError } from '../../common/operator-error.js';

/** Another replicator writes to this destination. */
export class WriterLockedError extends OperatorError {
  override readonly name = 'WriterLockedError';
  /** Description of the other replicator. */
  readonly holder: string;

  constructor(where: string, holder: string) {
    super(`Destination ${where} is already written to by another replicator: ${holder}.`, {
      hint: 'Stop the other replicator, or start this one with --standby to take over when the other ends.',
    });
    this.holder = holder;
  }
}

/** Somebody holds this destination with `slate-hold`. */
export class HeldError extends OperatorError {
  override readonly name = 'HeldError';
  /** Description of the session that holds it. */
  readonly heldBy: string;

  constructor(where: string, heldBy: string) {
    super(`Destination ${where} is held: ${heldBy}.`, {
      hint: 'A run with --once waits for nothing. Run it again when that slate-hold has ended.',
    });
    this.heldBy = heldBy;
  }
}
