/**
 * Where batches should end: at multiples of a number of ids, wherever they begin. So destinations that began
 * at different places come to share their reads.
 */

/**
 * The last id that a batch behind `after` should hold: a multiple of nine tenths of `maxEvents`. If a
 * transaction lies across such a multiple, the next batch begins a little before it and still has room up to
 * the following one.
 * @param idsPerEvent how far apart the ids of the table are: a power of two, so that multiples for a larger
 *   one are multiples for a smaller one too.
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
  return 1n << BigInt(quotient.toString(2).length - 1);
}
