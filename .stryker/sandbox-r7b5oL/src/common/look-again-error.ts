// @ts-nocheck
import { OperatorError, type OperatorErrorOptions } from './operator-error.js';

/**
 * A database does not hold what this process believed. Nothing more is written until the destination has been
 * validated again; the divergence guard then decides whether copying goes on.
 */
export class LookAgainError extends OperatorError {
  override readonly name: string = 'LookAgainError';
  /** True if the source has changed: the error then says nothing about any destination. */
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
 * The source lost commits in a crash or a failover, or was restored: it no longer holds event `id` as it was
 * read.
 */
export function sourceChanged(id: bigint): LookAgainError {
  return new LookAgainError(`The source no longer holds event ${id} as it was read before.`, {
    concernsSource: true,
  });
}

/** Event `id` was inserted long after it got its id, when later events had been copied. */
export function lateEvent(id: bigint): LookAgainError {
  return new LookAgainError(
    `Event ${id} appeared in the source after later ones had been copied. It is copied now.`,
    { concernsSource: true },
  );
}
