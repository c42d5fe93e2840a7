import type { HttpConfig } from '../../../src/config/http-options.js';
import type { Status } from '../../../src/monitor/status.js';
import { until } from '../until.js';
import type { RunningReplicator } from './running-replicator.js';

/** Serves the state at a free port. */
export const SERVED: HttpConfig = { port: 0, host: '127.0.0.1', stallSeconds: 300, stallEvents: 1_000 };

export type DestinationStatus = Status['destinations'][number];

/** Asks `/status`. */
export async function statusOf(replicator: RunningReplicator): Promise<Status> {
  return (await (await replicator.get('status')).json()) as Status;
}

/** Waits until `/status` is like this. @returns it. */
export async function untilStatus(
  replicator: RunningReplicator,
  what: string,
  isSo: (status: Status) => boolean,
): Promise<Status> {
  let status = await statusOf(replicator);
  await until(
    what,
    async () => {
      status = await statusOf(replicator);
      return isSo(status);
    },
    () => JSON.stringify(status),
  );
  return status;
}

/** Waits until the first destination is like this. @returns its status. */
export async function untilFirst(
  replicator: RunningReplicator,
  what: string,
  isSo: (first: DestinationStatus) => boolean,
): Promise<DestinationStatus> {
  const { destinations } = await untilStatus(replicator, what, ({ destinations: [first] }) =>
    first === undefined ? false : isSo(first),
  );
  const [first] = destinations;
  if (first === undefined) throw new Error('no destination');
  return first;
}

/** Asks `/metrics`. */
export async function metricsText(replicator: RunningReplicator): Promise<string> {
  return (await replicator.get('metrics')).text();
}

/** The value of a metric with these labels; undefined if it has none. */
export async function metricOf(
  replicator: RunningReplicator,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const lines = (await metricsText(replicator)).split('\n');
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = lines.find(
    (each) =>
      (each.startsWith(`slate_replicator_${name}{`) || each.startsWith(`slate_replicator_${name} `)) &&
      wanted.every((label) => each.includes(label)),
  );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}
