import { packageVersion } from '../cli/version.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { heardBy } from '../log/heard.js';
import type { Log } from '../log/log.js';
import { serveMonitor } from '../monitor/http/serve-monitor.js';
import { Monitor } from '../monitor/monitor.js';
import type { ReplicateOptions, Replicator } from './replicator.js';
import { viewOf } from './run-view.js';

/** Serves the state of a run over HTTP. Disposing ends it at once. */
export interface Monitoring extends Disposable {
  /** What the replicator needs so that the monitor hears of its work. */
  readonly options: Pick<ReplicateOptions, 'log' | 'onWritten'>;
  /** Begins to measure, and to serve. @throws OperatorError if the port cannot be used. */
  start(replicator: Replicator): Promise<void>;
  /** Address of the status page; undefined before the start. */
  readonly url: string | undefined;
}

/** @returns undefined unless a port is configured. */
export function monitoringFor({ http }: ReplicatorConfig, log: Log): Monitoring | undefined {
  if (http === undefined) return undefined;
  const monitor = new Monitor(http);
  let served: Awaited<ReturnType<typeof serveMonitor>> | undefined;
  return {
    options: { log: heardBy(log, monitor.hear), onWritten: monitor.onWritten },
    get url() {
      return served?.url;
    },
    async start(replicator) {
      monitor.attach(viewOf(replicator));
      served = await serveMonitor(monitor, { ...http, log, version: packageVersion() });
      monitor.start();
    },
    [Symbol.dispose]() {
      served?.[Symbol.dispose]();
      monitor[Symbol.dispose]();
    },
  };
}
