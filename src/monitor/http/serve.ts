import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { OperatorError } from '../../common/operator-error.js';
import { errorCode } from '../../pg/error-code.js';
import { type AppOptions, createApp } from './app.js';

/** Limits for strangers and slow clients. */
const LIMITS = {
  maxHeaderSize: 8_192,
  /** How long a request may take to come. */
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

/** Connections that are open at the same time. */
const MOST_CONNECTIONS = 100;
/** After this time without a byte on its way, a connection is dropped: the client does not read. */
const IDLE_MS = 30_000;

/** A server that listens. Disposing drops all connections. */
export interface Listening extends Disposable {
  readonly url: string;
}

/** Listens. @throws OperatorError that says why it cannot, and what to do. */
export async function serve(
  options: Omit<AppOptions, 'host'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const app = createApp({ ...options, host });
  const server = createServer(LIMITS, getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  await listen(server, { host, port });
  const url = urlOf(server.address() as AddressInfo);
  return { url, [Symbol.dispose]: () => closeAtOnce(server) };
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    throw explainListening(error, host, port);
  }
}

function closeAtOnce(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
}

const HINTS: Readonly<Record<string, readonly [string, string]>> = {
  EADDRINUSE: ['another process listens there', 'Set http.port to a free port, or end the other process.'],
  EACCES: ['this user may not use that port', 'Set http.port to 1024 or higher.'],
  EADDRNOTAVAIL: ['this machine does not have that address', 'Set http.host to an address of this machine.'],
  ENOTFOUND: ['nobody knows that name', 'Set http.host to an address of this machine.'],
};

function explainListening(cause: unknown, host: string, port: number): OperatorError {
  const code = errorCode(cause) ?? 'an unknown error';
  const [why, hint] = HINTS[code] ?? [code, undefined];
  return new OperatorError(`Cannot listen for HTTP at ${host}, port ${port}: ${why}.`, { hint, cause });
}
