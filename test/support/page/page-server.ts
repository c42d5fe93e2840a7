import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStream } from '../../../src/monitor/http/event-stream.js';
import { type Listening, serve } from '../../../src/monitor/http/serve.js';
import { MetricsText } from '../../../src/monitor/metrics/metrics-text.js';
import { Monitor } from '../../../src/monitor/monitor.js';
import type { Status } from '../../../src/monitor/page/status.js';

/** The monitor's own server, which tells the status that a test made, behind a proxy that the test can break. */
export class PageServer implements AsyncDisposable {
  /** Answers to `/events` that are under way. */
  readonly listeners = new Set<ServerResponse>();
  /** While true, the proxy answers as if the server behind it were gone. */
  isBroken: boolean = false;
  /** How many requests the proxy has answered so. */
  refusals = 0;
  readonly #monitor = new Monitor({ stallSeconds: 300, stallEvents: 1000 });
  readonly #events = new EventStream(this.#monitor, () => this.#text());
  readonly #proxy: Server = createServer((incoming, response) => this.#pass(incoming, response));
  #behind: Listening | undefined;

  private constructor(private status: Status) {}

  static async start(status: Status): Promise<PageServer> {
    const server = new PageServer(status);
    await server.#listen();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}/`;
  }

  /** Every open page gets this status. */
  send(status: Status): void {
    this.status = status;
    this.#monitor.hear('caught up', { destination: 'a change' });
  }

  /** Ends all connections to open pages. */
  hangUp(): void {
    for (const listener of this.listeners) listener.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy.close();
    this.#proxy.closeAllConnections();
    await once(this.#proxy, 'close');
    this.#events[Symbol.dispose]();
    this.#behind?.[Symbol.dispose]();
    this.#monitor[Symbol.dispose]();
  }

  async #listen(): Promise<void> {
    const facts = { version: '1.0.0', node: process.version, pid: process.pid, host: 'here' };
    const metrics = new MetricsText(this.#monitor, facts);
    const known = { monitor: this.#monitor, events: this.#events, metrics, status: () => this.#text() };
    this.#behind = await serve(known, { host: '127.0.0.1', port: 0 });
    this.#proxy.listen(0, '127.0.0.1');
    await once(this.#proxy, 'listening');
  }

  #text(): string {
    return JSON.stringify(this.status);
  }

  #pass({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    if (this.isBroken) {
      this.refusals++;
      response.writeHead(502).end();
      return;
    }
    if (url === '/events') this.#count(response);
    const passed = request(new URL(url, this.#behind?.url), { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    passed.end();
  }

  #count(response: ServerResponse): void {
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
  }
}
