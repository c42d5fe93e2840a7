/**
 * Prevents an unhandled rejection of a promise that nobody may await. Whoever awaits it still gets its error.
 */
// @ts-nocheck

export function unseen<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
