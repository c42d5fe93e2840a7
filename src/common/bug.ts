import { OperatorError } from './operator-error.js';

/** A fault of this program. Logs show its stack at every level. */
export class BugError extends OperatorError {
  override readonly name = 'BugError';

  /** @param fault what was thrown; `stack` says where. */
  constructor(fault: { readonly message: string; readonly stack?: string | undefined }) {
    super(`This is a bug of slate-replicator: ${fault.message}`, {
      hint: 'Please report it, with the stack from the log.',
    });
    if (fault.stack !== undefined) this.stack = fault.stack;
  }
}
