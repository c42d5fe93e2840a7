import { get, type IncomingMessage } from 'node:http';
import type { RunningReplicator } from './replicator-command.js';

/** How often the Prometheus of deploy/ asks. */
const SCRAPE_MS = 5_000;

/** What makes a replicator serve its state. */
export const SERVES = { http: { port: 0 } };

/** Looks at a replicator as an open page and Prometheus do, until disposed of. */
export async function watchState(replicator: RunningReplicator): Promise<Disposable> {
  const url = await servedAt(replicator);
  const page = read(`${url}events`);
  const scraping = setInterval(() => read(`${url}metrics`), SCRAPE_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(scraping);
      page.destroy();
    },
  };
}

/** Address of its status page. */
export async function servedAt(replicator: RunningReplicator): Promise<string> {
  await replicator.until(SERVED, 1);
  return String(replicator.records.find(({ msg }) => msg === SERVED)?.['url']);
}

const SERVED = 'status and metrics are served';

/** Reads an answer and drops it. */
function read(url: string) {
  // The replicator may end before the answer.
  return get(url, { agent: false }, (answer: IncomingMessage) => answer.on('error', () => {}).resume()).on(
    'error',
    () => {},
  );
}
