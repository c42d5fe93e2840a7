// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import { dial } from './dial.js';
import { alreadyConnected } from './driver.js';
import { type GuardedConnection, guardMessages, SHORT_MESSAGE_BYTES } from './message-guard.js';

/** The parts of a session that cancelling needs. */
export interface Cancellable {
  readonly client: pg.Client;
  readonly traffic: { readonly unanswered: number };
  readonly lost: AbortSignal;
}

/** The parts of pg's protocol connection that its types leave out. */
interface ProtocolConnection extends NodeJS.EventEmitter, GuardedConnection {
  readonly stream: { destroy(): void };
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}

/** How long to wait for the server to cancel the statements of a session that is to be dropped. */
const CANCEL_MS = 600;
const LOOK_AGAIN_MS = 20;

/**
 * Has the server cancel every unanswered statement of a session. Otherwise a statement that waits for a lock
 * is executed when the lock is free, long after its client has gone. Returns when all are answered, at the
 * latest after `CANCEL_MS`. Never throws, also if the server cannot be reached.
 */
export async function cancelWhatRuns({ client, traffic, lost }: Cancellable): Promise<void> {
  using deadline = new Deadline(CANCEL_MS, { or: lost });
  const end = deadline.signal;
  while (traffic.unanswered > 0 && !end.aborted) {
    await requestCancel(client, end);
    // In a pipelined session the next statement begins as soon as this one has ended: it is cancelled too.
    await sleep(LOOK_AGAIN_MS);
  }
}

/** Sends one CancelRequest over a connection of its own; it needs no free connection slot and no login. */
async function requestCancel(client: pg.Client, end: AbortSignal): Promise<void> {
  const { host, port, ssl, processID, secretKey } = client as unknown as {
    host: string;
    port: number;
    ssl: boolean | object;
    processID: number;
    secretKey: number;
  };
  const socket = await dial(host, port, end).catch(() => undefined);
  if (socket === undefined) return;
  const options = { ssl, stream: () => alreadyConnected(socket) } as pg.ConnectionConfig;
  const connection = new pg.Connection(options) as unknown as ProtocolConnection;
  guardMessages(connection, SHORT_MESSAGE_BYTES, () => connection.stream.destroy());
  const ended = new Promise<void>((resolve) => {
    connection.on('end', resolve).on('error', resolve);
  });
  const cancel = () => connection.cancel(processID, secretKey);
  connection.once('connect', () => (ssl ? connection.requestSsl() : cancel())).once('sslconnect', cancel);
  connection.connect(port, host);
  await orAborted(ended, end).catch(() => {});
  connection.stream.destroy();
}
