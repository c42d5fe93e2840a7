// @ts-nocheck
import { AssertionError } from 'node:assert';
import { OperatorError } from './operator-error.js';

/** A fault of this program. Logs show its stack at every level. */
export class BugError extends OperatorError {
  override readonly name = 'BugError';

  /** @param fault the error that was thrown. */
  constructor(fault: { readonly message: string; readonly stack?: string | undefined }) {
    super(`This is a bug of slate-replicator: ${fault.message}`, {
      hint: 'Please report it, with the stack from the log.',
    });
    if (fault.stack !== undefined) this.stack = fault.stack;
  }
}

const FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError, AssertionError] as const;

/** Whether an error can only come from a fault of this program, not from a server or the network. */
export function isBug(error: unknown): error is Error {
  return FAULTS.some((fault) => error instanceof fault);
}
