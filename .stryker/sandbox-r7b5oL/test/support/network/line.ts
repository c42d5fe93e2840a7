/** What a long line does to bytes, worked out without sending any. */
// @ts-nocheck


export interface Line {
  /** How long a byte is on its way. */
  readonly oneWayMs: number;
  /** How much it carries in each direction, whoever shares it; absent: as much as comes. */
  readonly megabitsPerSecond?: number | undefined;
  /** Every so often it carries nothing for a while: what was to be sent then is sent afterwards. */
  readonly stalls?: { readonly everyMs: number; readonly forMs: number } | undefined;
}

/** One direction of a line. */
export interface Carrier {
  /** How much one connection may have on its way before whoever sends is held up. */
  readonly mostBytes: number;
  /** @param nowMs when `bytes` more are to be sent. @returns when they have arrived; it never goes back. */
  arrivalMs(bytes: number, nowMs: number): number;
}

/**
 * The sender is held up when so much is on the way, or has arrived and waits for the receiver. A path of 300 MB/s
 * and 100 ms holds as much.
 */
export const MOST_BYTES = 32 * 1024 * 1024;
/** What a router keeps for a line, in its time. */
const QUEUE_MS = 500;

/** A direction that nothing is on yet. */
export function lineOf({ oneWayMs, megabitsPerSecond, stalls }: Line): Carrier {
  const bytesPerMs = megabitsPerSecond === undefined ? undefined : (megabitsPerSecond * 1_000) / 8;
  let freeAtMs = 0;
  return {
    mostBytes: bytesPerMs === undefined ? MOST_BYTES : Math.ceil(bytesPerMs * (2 * oneWayMs + QUEUE_MS)),
    arrivalMs(bytes, nowMs) {
      const startsAtMs =
        stalls === undefined ? Math.max(nowMs, freeAtMs) : afterStall(nowMs, freeAtMs, stalls);
      freeAtMs = startsAtMs + (bytesPerMs === undefined ? 0 : bytes / bytesPerMs);
      return freeAtMs + oneWayMs;
    },
  };
}

/** The end of each period is silent. */
function afterStall(nowMs: number, freeAtMs: number, stalls: NonNullable<Line['stalls']>): number {
  const atMs = Math.max(nowMs, freeAtMs);
  const { everyMs, forMs } = stalls;
  const isSilent = atMs % everyMs >= everyMs - forMs;
  return isSilent ? Math.ceil(atMs / everyMs) * everyMs : atMs;
}
