import { isIP } from 'node:net';

/**
 * Whether a request with this `Host` is answered by a server that listens at `host`. A browser shows a
 * stranger's page the answer of any server whose name leads to this machine (DNS rebinding); the page cannot
 * change `Host`, which then holds the stranger's name. So a server at a loopback address answers to loopback
 * names only. Where others may connect anyway, any name is right.
 */
export function isOurName(hostHeader: string | undefined, host: string): boolean {
  if (!isLoopback(host) || hostHeader === undefined) return true;
  return isLoopback(withoutPort(hostHeader).toLowerCase());
}

/** Whether a name or an address means this machine only. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `[::1]:80` → `::1` */
function withoutPort(hostHeader: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(hostHeader.trim()) ?? [];
  return bracketed ?? plain ?? hostHeader;
}
