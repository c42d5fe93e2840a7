// @ts-nocheck
import dns from 'node:dns';
import { isIP, type Socket, connect as startConnecting } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './error-code.js';

/**
 * How long one address is tried before the next one is tried at the same time (RFC 8305, "Happy Eyeballs").
 */
const NEXT_ADDRESS_MS = 250;

/**
 * Opens a TCP connection to the first address of `host` that answers, or to the socket in the folder `host`.
 * @throws the reason of `signal` if it is aborted; else an error that says why each address failed, with
 *   the most telling code.
 */
export async function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  if (host.startsWith('/')) return connectTo({ path: `${host}/.s.PGSQL.${port}` }, signal);
  if (isIP(host) !== 0) return connectTo({ host, port }, signal);
  const addresses = await lookUp(host);
  signal.throwIfAborted();
  return connectToFirst(addresses, port, signal);
}

/**
 * Tries the addresses one after the other, without giving one up. Node itself gives up an address after 250
 * ms, however slow the network is.
 */
async function connectToFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const attempts: Promise<Socket>[] = [];
  const decided = new AbortController();
  const giveUp = () => decided.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    for (const host of addresses) {
      const attempt = connectTo({ host, port }, decided.signal);
      attempts.push(attempt);
      const pause = sleep(NEXT_ADDRESS_MS, false);
      if (await Promise.race([succeeds(Promise.any(attempts)), succeeds(attempt), pause])) break;
    }
    const winner = await Promise.any(attempts);
    for (const attempt of attempts)
      attempt.then(
        (socket) => socket === winner || socket.destroy(),
        () => {},
      );
    return winner;
  } catch (error) {
    signal.throwIfAborted();
    throw mostTelling(error);
  } finally {
    signal.removeEventListener('abort', giveUp);
    decided.abort();
  }
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}

function lookUp(host: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    dns.lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address));
      else reject(error);
    });
  });
}

/** Connects to one address. The signal ends the attempt, not a socket that is connected. */
function connectTo(
  to: { path: string } | { host: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = startConnecting(to);
    const abort = () => socket.destroy(signal.reason as Error);
    const settle = () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    socket.once('error', fail).once('connect', () => {
      settle();
      resolve(socket);
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}

/** Codes that say that this host has no route to addresses of a kind. They say nothing about the server. */
const NO_WAY = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

function mostTelling(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors = error.errors as Error[];
  const telling = errors.find((each) => !NO_WAY.has(errorCode(each) ?? '')) ?? errors[0];
  const code = errorCode(telling);
  return Object.assign(new Error(errors.map(({ message }) => message).join('; '), { cause: telling }), {
    code,
  });
}
