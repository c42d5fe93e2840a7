import { orAborted } from '../lifecycle/or-aborted.js';
import type { Connection } from './connect.js';

/** Defaults find a dead path within ten seconds. */
export const HEARTBEAT = { intervalMs: 5_000, deadlineMs: 5_000 } as const;

/**
 * Asks an otherwise silent session for a sign of life, again and again; when none comes in time the connection is
 * destroyed, which aborts its `lost`. A half-open socket looks exactly like a quiet day.
 */
export function keepAsking(
  connection: Connection,
  { intervalMs, deadlineMs }: { intervalMs: number; deadlineMs: number } = HEARTBEAT,
): Disposable {
  let asking = false;
  const timer = setInterval(async () => {
    if (asking) return;
    asking = true;
    await ask(connection, deadlineMs);
    asking = false;
  }, intervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function ask(connection: Connection, deadlineMs: number): Promise<void> {
  try {
    await orAborted(connection.query('SELECT 1'), AbortSignal.timeout(deadlineMs));
  } catch {
    connection.destroy();
  }
}
