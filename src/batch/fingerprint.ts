import { createHash } from 'node:crypto';

/**
 * What is remembered of an event, to tell later whether a database still holds the same one. It is made from the bytes of
 * COPY or by a server (`fingerprintColumns`), and both come to the same.
 */
export interface Fingerprint {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC. */
  readonly ts: bigint;
  /** Length of `event::text`, in the client's encoding. */
  readonly bytes: number;
  /** SHA-256 of `event::text` in hexadecimal digits; absent where the event is too long to be digested each time. */
  readonly digest?: string | undefined;
}

/** Longer events are told apart by `id`, `ts` and length alone. */
export const DIGESTED_BYTES = 8_192;

/** The first byte of a `jsonb` in COPY (binary) is a version (`jsonb_send` in PostgreSQL's jsonb.c); the text follows. */
export const JSONB_VERSION_BYTES = 1;

/** @param parts the bytes of `event` as COPY (binary) has them. */
export function fingerprintOf(
  { id, ts }: { readonly id: bigint; readonly ts: bigint },
  parts: readonly Uint8Array[],
): Fingerprint {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0) - JSONB_VERSION_BYTES;
  if (bytes > DIGESTED_BYTES) return { id, ts, bytes };
  const text = Buffer.concat(parts).subarray(JSONB_VERSION_BYTES);
  return { id, ts, bytes, digest: createHash('sha256').update(text).digest('hex') };
}

/** Whether two fingerprints may be of the same event: everything that both of them know is equal. */
export function isSameEvent(a: Fingerprint | undefined, b: Fingerprint | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const digestsAgree = a.digest === undefined || b.digest === undefined || a.digest === b.digest;
  return a.id === b.id && a.ts === b.ts && a.bytes === b.bytes && digestsAgree;
}
