// @ts-nocheck
import { until } from '../../until.js';

/** Does it again until it succeeds. @throws the last error, when it has not for a minute. */
export async function insist(what: string, work: () => Promise<unknown>): Promise<void> {
  let last: unknown;
  const succeeds = () =>
    work().then(
      () => true,
      (error: unknown) => {
        last = error;
        return false;
      },
    );
  await until(what, succeeds, () => `The last error: ${last}`);
}
