/**
 * Errors that the reader of standard error has been told of already, by a record that goes to the same place.
 */
const told = new WeakSet<object>();

/** The reader of standard error knows of this error now. */
export function markTold(error: unknown): void {
  if (typeof error === 'object' && error !== null) told.add(error);
}

/** Whether the reader of standard error knows of it, or of every one of the `errors` that it sums up. */
export function isTold(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { errors } = error as { readonly errors?: unknown };
  return told.has(error) || (Array.isArray(errors) && errors.length > 0 && errors.every(isTold));
}
