// @ts-nocheck
import { isIPv6 } from 'node:net';

/** Highest TCP port. */
export const MAX_PORT = 65_535;

/** The parts of `host`: a server, or the folder of its socket, and a port if it holds one. */
export interface ParsedHost {
  readonly host: string;
  readonly port?: number;
}

/**
 * Reads `db1`, `db1:5433`, `10.0.0.1`, `::1`, `[::1]:5433` or `/var/run/postgresql`.
 * @returns undefined if it is none of these.
 */
export function parseHost(text: string): ParsedHost | undefined {
  if (text.startsWith('/') || isIPv6(text)) return { host: text };
  const parts = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^\s:/@?#,[\]\\]+))(?::(?<port>\d{1,5}))?$/u.exec(
    text,
  )?.groups;
  if (parts === undefined) return undefined;
  const host = `${parts['address'] ?? ''}${parts['name'] ?? ''}`;
  if (parts['address'] !== undefined && !isIPv6(host)) return undefined;
  if (parts['port'] === undefined) return { host };
  const port = Number(parts['port']);
  return port >= 1 && port <= MAX_PORT ? { host, port } : undefined;
}

/** Whether a text is a connection string. It may hold a password, so it must not be shown. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
