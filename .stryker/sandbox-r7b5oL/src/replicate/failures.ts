// @ts-nocheck
import { messageOf } from '../common/message-of.js';
import { exitCodeOf, OperatorError } from '../common/operator-error.js';

/** What one destination failed with. */
export interface Failure {
  /** Name of the destination in log records (`nameOf`). */
  readonly destination: string;
  readonly error: unknown;
}

/** Several destinations have failed. The gravest failure decides the exit code. */
class SeveralFailuresError extends OperatorError {
  override readonly name = 'SeveralFailuresError';
  override readonly exitCode: OperatorError['exitCode'];
  readonly errors: readonly unknown[];

  constructor(failures: readonly Failure[]) {
    const named = failures.map(
      ({ destination, error }) => `${destination}: ${messageOf(error).replace(/\.$/, '')}`,
    );
    const hints = failures.flatMap(({ error }) => (error instanceof OperatorError ? (error.hint ?? []) : []));
    super(`${failures.length} destinations failed. ${named.join('; ')}.`, {
      hint: [...new Set(hints)].join(' '),
    });
    this.errors = failures.map(({ error }) => error);
    this.exitCode = gravest(failures.map(({ error }) => exitCodeOf(error)));
  }
}

/**
 * Sums up failures in one error. @returns undefined if there is none, and the error itself if there is one.
 */
export function oneErrorOf(failures: readonly Failure[]): unknown {
  return failures.length > 1 ? new SeveralFailuresError(failures) : failures[0]?.error;
}

/** The highest exit code: divergence (3) is graver than configuration (2) and a refusal of a database (1). */
function gravest(codes: readonly OperatorError['exitCode'][]): OperatorError['exitCode'] {
  return codes.reduce((a, b) => (a > b ? a : b));
}
