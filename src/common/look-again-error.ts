import { OperatorError, type OperatorErrorOptions } from './operator-error.js';

/**
 * A database is not where this process thought it was: nothing more is written until the destination has been
 * looked at again. The divergence guard then decides whether copying goes on.
 */
export class LookAgainError extends OperatorError {
  override readonly name: string = 'LookAgainError';
  /** It is the source that has changed: that says nothing about any destination. */
  readonly concernsSource: boolean;

  constructor(message: string, { concernsSource = false, ...options }: LookAgainOptions = {}) {
    super(message, options);
    this.concernsSource = concernsSource;
  }
}

interface LookAgainOptions extends OperatorErrorOptions {
  readonly concernsSource?: boolean | undefined;
}

/**
 * The source lost commits in a crash or a failover, or was restored: event `id` is not what it handed out.
 */
export function sourceChanged(id: bigint): LookAgainError {
  return new LookAgainError(`The source no longer holds event ${id} as it was read before.`, {
    concernsSource: true,
  });
}

/** Event `id` was given its id long before it was inserted, and later ones had been copied. */
export function lateEvent(id: bigint): LookAgainError {
  return new LookAgainError(
    `Event ${id} appeared in the source after later ones had been copied. It is copied now.`,
    { concernsSource: true },
  );
}
