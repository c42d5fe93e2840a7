/** What is served, whatever it is served by. */
import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { redact } from '../../common/secrets.js';
import type { MetricsText } from '../metrics/metrics-text.js';
import type { Monitor } from '../monitor.js';
import { PAGE_POLICY, type PageFile, readPageFiles } from '../page-files.js';
import type { EventStream } from './event-stream.js';
import { livenessOf, readinessOf } from './probes.js';
import { isOurName } from './refuse-strangers.js';

export interface AppOptions {
  readonly monitor: Monitor;
  readonly events: EventStream;
  readonly metrics: MetricsText;
  /** The text of `/status`. */
  readonly status: () => string;
  /** Where the server listens. */
  readonly host: string;
}

/** Answers that are no page load nothing. */
const POLICY = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

const READING = ['GET', 'HEAD'];

/** The routes. Every answer that is no page is JSON, or the text of metrics. */
export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  const pageFiles = readPageFiles();
  const forPage = secureHeaders({ contentSecurityPolicy: PAGE_POLICY, strictTransportSecurity: false });
  const forData = secureHeaders({ contentSecurityPolicy: POLICY, strictTransportSecurity: false });
  app.use((context, next) => (pageFiles.has(context.req.path) ? forPage : forData)(context, next));
  app.use(async (context, next) => {
    context.header('Cache-Control', 'no-store');
    return refusal(context, options.host) ?? (await next());
  });
  addPage(app, pageFiles);
  addState(app, options);
  addProbes(app, options.monitor);
  app.notFound((context) =>
    context.json({ error: `There is nothing at ${context.req.path}.`, paths: PATHS }, 404),
  );
  app.onError((error, context) => context.json({ error: redact(error.message) }, 500));
  return app;
}

const PATHS = ['/', '/status', '/events', '/history?destination=NAME', '/metrics', '/readyz', '/livez'];

function refusal(context: Context, host: string) {
  if (!isOurName(context.req.header('host'), host)) {
    const error = 'This server answers at localhost only: "Host" is another name.';
    return context.json({ error, hint: 'Use the address 127.0.0.1.' }, 421);
  }
  if (READING.includes(context.req.method)) return undefined;
  const error = 'Nothing can be changed here: only GET and HEAD are answered.';
  return context.json({ error }, 405, { Allow: READING.join(', ') });
}

/** Only these paths are looked up: nothing that a request says becomes the name of a file. */
function addPage(app: Hono, files: ReadonlyMap<string, PageFile>): void {
  for (const [path, { body, contentType }] of files) {
    app.get(path, (context) => context.body(body, 200, { 'Content-Type': contentType }));
  }
}

function addState(app: Hono, { monitor, events, metrics, status }: AppOptions): void {
  app.get('/status', (context) => context.body(status(), 200, JSON_TYPE));
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  );
  app.get('/events', (context) => sendEvents(context, events));
  app.get('/history', (context) => sendHistory(context, monitor));
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
/** nginx keeps back what a server sends, unless the header says otherwise. */
const EVENTS_TYPE = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };

function sendEvents(context: Context, events: EventStream) {
  if (context.req.method === 'HEAD') return context.body(null, 200, EVENTS_TYPE);
  if (!events.isFull) return context.body(events.open(), 200, EVENTS_TYPE);
  return context.json({ error: 'Too many viewers. Close another page, or ask /status.' }, 503, {
    'Retry-After': '10',
  });
}

function sendHistory(context: Context, monitor: Monitor) {
  const name = context.req.query('destination') ?? '';
  const history = monitor.history(name);
  if (history !== undefined) return context.json(history);
  return context.json({ error: `There is no destination "${name}".` }, 404);
}

/** Probes answer 503 if something is not as it should be. */
function addProbes(app: Hono, monitor: Monitor): void {
  app.get('/readyz', (context) => {
    const readiness = readinessOf(monitor.look());
    return context.json(readiness, readiness.ready ? 200 : 503);
  });
  app.get('/livez', (context) => {
    const liveness = livenessOf(monitor.look());
    return context.json(liveness, liveness.alive ? 200 : 503);
  });
}
