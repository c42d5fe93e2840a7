// @ts-nocheck
import type pg from 'pg';
import { orAborted } from '../common/or-aborted.js';
import { protocolOf } from './driver.js';
import { guardMessages, SHORT_MESSAGE_BYTES } from './message-guard.js';
import { PID_SQL } from './session-settings.js';

/** How long another session may take to open. A pooler may have none to lend. */
const BESIDE_MS = 1_000;

/**
 * Opens another session for a moment, without leaving a trace.
 * @returns its server process; undefined if no session can be opened.
 */
export async function pidBeside(open: () => Promise<pg.Client>): Promise<number | undefined> {
  const client = await open();
  guardMessages(protocolOf(client), SHORT_MESSAGE_BYTES, () => protocolOf(client).stream.destroy());
  client.on('error', () => {});
  const asking = client.connect().then(() => client.query<{ pid: number }>(PID_SQL));
  try {
    return (await orAborted(asking, AbortSignal.timeout(BESIDE_MS))).rows[0]?.pid;
  } catch {
    return undefined;
  } finally {
    protocolOf(client).stream.destroy();
  }
}
