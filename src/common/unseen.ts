/** Whoever awaits it is told of its error; that nobody may is no unhandled rejection. */
export function unseen<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
