import type { Connection } from '../pg/connection.js';
import { applicationName } from '../pg/connection-params.js';
import { PID_SQL } from '../pg/session-settings.js';
import { AHEAD_APPLICATION } from '../schema/writer-lock.js';
import type { DestinationContext } from './destination-context.js';

/**
 * Has the worker open its session early if the destination is far: connecting takes as long as everything
 * else before the first write. Until its first write, the session has a name that this process does not end
 * when it gets the lock, because the session may be there before.
 */
export function connectAhead({
  pool,
  index,
  workerConnection,
}: DestinationContext): (roundTripMs: number) => void {
  const ahead = {
    ...workerConnection,
    applicationName: applicationName(AHEAD_APPLICATION, workerConnection.params),
  };
  let isAsked = false;
  return (tookMs) => {
    if (tookMs < LONG_WAY_MS || isAsked) return;
    isAsked = true;
    pool.connectAhead({ destinationKey: String(index), ahead }, index);
  };
}

/**
 * Closes a session that was opened early and not used. The next connected period must not use it: the host
 * name may lead to another server by then.
 */
export function dropAhead({ pool, index }: DestinationContext): void {
  pool.connectAhead({ destinationKey: String(index), ahead: undefined }, index);
}

/** A near server that is not very busy answers a client sooner. */
const LONG_WAY_MS = 15;

/** A destination counts as far if this many answers are all late. A busy machine may be late with some. */
const DISTANCE_SAMPLES = 20;

/** Measures the round trip until one answer comes early. A session that ends is noticed elsewhere. */
export async function makeSureOfDistance(connection: Connection): Promise<void> {
  for (let n = 0; n < DISTANCE_SAMPLES && connection.roundTripMs >= FAR_MS; n++)
    await connection.query(PID_SQL);
}

/** From here on, the round trip of a write takes longer than its execution. */
export const FAR_MS = 5;
