import { type ConnectionParams, hostAndPort } from '../pg/connection-params.js';

/**
 * Runs `work` for each database, at most `most` at a time on each server: one that does not answer holds up
 * only its own databases.
 * @returns the results in the order of `all`.
 */
export async function perServer<Result>(
  all: readonly ConnectionParams[],
  most: number,
  work: (params: ConnectionParams) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<ConnectionParams, Result>();
  const workOff = async (queue: ConnectionParams[]) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      results.set(next, await work(next));
  };
  const queues = [...new Set(all.map(hostAndPort))].map((server) =>
    all.filter((params) => hostAndPort(params) === server),
  );
  await Promise.all(queues.flatMap((queue) => Array.from({ length: most }, () => workOff(queue))));
  return all.map((params) => results.get(params) as Result);
}
