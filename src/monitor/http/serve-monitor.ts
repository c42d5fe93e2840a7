import { hostname } from 'node:os';
import type { Log } from '../../log/log.js';
import { MetricsText } from '../metrics/metrics-text.js';
import type { Monitor } from '../monitor.js';
import { statusOf } from '../status.js';
import { EventStream } from './event-stream.js';
import { isLoopback } from './refuse-strangers.js';
import { serve } from './serve.js';

export interface ServeOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Version of the package. */
  readonly version: string;
  readonly log: Log;
}

/**
 * Serves what a monitor knows, until disposed of.
 * @throws OperatorError if it cannot listen there.
 */
export async function serveMonitor(
  monitor: Monitor,
  options: ServeOptions,
): Promise<Disposable & { url: string }> {
  const facts = { version: options.version, node: process.version, pid: process.pid, host: hostname() };
  const status = () => JSON.stringify(statusOf(monitor.look(), facts));
  const events = new EventStream(monitor, status);
  const metrics = new MetricsText(monitor, facts);
  const server = await serve({ monitor, events, metrics, status }, options);
  tellWhere(server.url, options);
  return {
    url: server.url,
    [Symbol.dispose]() {
      events[Symbol.dispose]();
      server[Symbol.dispose]();
    },
  };
}

function tellWhere(url: string, { log, host }: ServeOptions): void {
  log.write('status and metrics are served', { url });
  if (isLoopback(host)) return;
  log.write('status and metrics are served to other machines, without authentication', {
    url,
    hint: 'Let a firewall or a proxy decide who may read them, or set http.host to 127.0.0.1.',
  });
}
