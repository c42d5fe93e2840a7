import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Status } from '../../../src/monitor/page/status.js';
import { PAGE_POLICY, readPageFiles } from '../../../src/monitor/page-files.js';

/** Serves the page with the status that a test made. */
export class PageServer implements AsyncDisposable {
  readonly listeners = new Set<ServerResponse>();
  /** While true, every request is answered as by a proxy whose server is gone. */
  isBroken: boolean = false;
  readonly #files = readPageFiles();
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  private constructor(private status: Status) {}

  static async start(status: Status): Promise<PageServer> {
    const server = new PageServer(status);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Every open page gets this status. */
  send(status: Status): void {
    this.status = status;
    for (const listener of this.listeners) this.#write(listener);
  }

  /** Ends all connections to open pages. */
  hangUp(): void {
    for (const listener of this.listeners) listener.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const file = this.#files.get(url);
    if (this.isBroken) response.writeHead(502).end();
    else if (url === '/events') this.#listen(response);
    else if (file === undefined) response.writeHead(404).end();
    else this.#sendFile(response, file);
  }

  #sendFile(response: ServerResponse, file: { body: Buffer; contentType: string }): void {
    const headers = { 'content-type': file.contentType, 'content-security-policy': PAGE_POLICY };
    response.writeHead(200, headers).end(file.body);
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
    this.#write(response);
  }

  #write(response: ServerResponse): void {
    response.write(`event: status\ndata: ${JSON.stringify(this.status)}\n\n`);
  }
}
