import { messageOf } from '../common/message-of.js';
import { exitCodeOf, OperatorError } from '../common/operator-error.js';

/** What one destination failed with. */
export interface Failure {
  /** What its log records call it (`nameOf`). */
  readonly destination: string;
  readonly error: unknown;
}

/** Several destinations have failed. The gravest of the failures decides the exit code. */
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
 * One error that names everything that failed.
 * @returns undefined when nothing did; the error itself when it is one.
 */
export function oneErrorOf(failures: readonly Failure[]): unknown {
  return failures.length > 1 ? new SeveralFailuresError(failures) : failures[0]?.error;
}

/** Divergence weighs most, a database that says no least. */
function gravest(codes: readonly OperatorError['exitCode'][]): OperatorError['exitCode'] {
  return codes.reduce((a, b) => (a > b ? a : b));
}
