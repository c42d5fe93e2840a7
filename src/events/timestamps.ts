/** 2000-01-01 UTC in milliseconds since 1970: where the times of COPY (binary) begin. */
const EPOCH_2000_MS = 946_684_800_000;

/** A `timestamptz` may be infinite: the lowest and the highest bigint. */
const INFINITE = 2n ** 63n - 1n;

/**
 * Milliseconds since 1970.
 * @param ts microseconds since 2000, as COPY (binary) has them. @returns undefined if it is infinite.
 */
export function epochMsOf(ts: bigint): number | undefined {
  return ts >= INFINITE || ts <= -INFINITE ? undefined : Number(ts) / 1000 + EPOCH_2000_MS;
}
