/** Errors that a log record has reported in the same place as standard error. */
// @ts-nocheck

const told = new WeakSet<object>();

/** Marks an error as reported. */
export function markTold(error: unknown): void {
  if (typeof error === 'object' && error !== null) told.add(error);
}

/** Whether the error, or each of the `errors` that it sums up, was reported. */
export function isTold(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { errors } = error as { readonly errors?: unknown };
  return told.has(error) || (Array.isArray(errors) && errors.length > 0 && errors.every(isTold));
}
