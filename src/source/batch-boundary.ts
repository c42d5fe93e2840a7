/**
 * Where batches should end, so that destinations which began at different places come to share their reads:
 * at multiples of a number of ids, wherever they begin.
 */

/**
 * The last id that a batch behind `after` should hold: a multiple of nine tenths of `maxEvents`, so that a
 * batch whose start lies a little before such a multiple, because a transaction straddled it, still has room
 * up to the next one.
 * @param idsPerEvent a power of two: how far apart the ids of the table are. Multiples for a larger one are
 * multiples for a smaller one too.
 */
export function batchBoundary(after: bigint, maxEvents: bigint, idsPerEvent = 1n): bigint {
  const stride = ((maxEvents * 9n) / 10n) * idsPerEvent;
  // Not `after / stride`, which rounds towards zero: a batch of negative ids would be twice as long.
  const next = after - (((after % stride) + stride) % stride) + stride;
  return next - after < maxEvents * idsPerEvent - stride ? next + stride : next;
}

/** The largest power of two that is at most `ids / events`; 1 where the ids are dense. */
export function idsPerEvent(ids: bigint, events: number): bigint {
  const quotient = ids / BigInt(Math.max(1, events));
  return quotient < 2n ? 1n : 1n << BigInt(quotient.toString(2).length - 1);
}
