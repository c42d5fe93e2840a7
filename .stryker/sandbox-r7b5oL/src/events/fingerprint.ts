// @ts-nocheck
import { createHash } from 'node:crypto';

/**
 * What is kept of an event in order to tell later whether a database still holds the same event. It is made
 * from the bytes of COPY, or by a server (`FINGERPRINT_COLUMNS`); both give the same result.
 */
export interface Fingerprint {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC. */
  readonly ts: bigint;
  /** Length of `event::text`, in the client's encoding. */
  readonly bytes: number;
  /** `event::text`, if its bytes were at hand. Absent if the event is longer than `DIGESTED_BYTES`. */
  readonly text?: Uint8Array | undefined;
  /**
   * SHA-256 of `event::text` in hexadecimal digits, if a server made it. Absent for long events, as `text`.
   */
  readonly digest?: string | undefined;
}

/** Longer events are compared by `id`, `ts` and length alone. */
export const DIGESTED_BYTES = 8_192;

/**
 * The first byte of a `jsonb` in COPY (binary) is a version (`jsonb_send` in PostgreSQL's jsonb.c); the text
 * follows.
 */
export const JSONB_VERSION_BYTES = 1;

/** @param parts the bytes of `event` as COPY (binary) has them. */
export function fingerprintOf(
  { id, ts }: { readonly id: bigint; readonly ts: bigint },
  parts: readonly Uint8Array[],
): Fingerprint {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0) - JSONB_VERSION_BYTES;
  if (bytes > DIGESTED_BYTES) return { id, ts, bytes };
  return { id, ts, bytes, text: Buffer.concat(parts).subarray(JSONB_VERSION_BYTES) };
}

/** Whether two fingerprints may belong to the same event: everything that both hold is equal. */
export function isSameEvent(a: Fingerprint | undefined, b: Fingerprint | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.id === b.id && a.ts === b.ts && a.bytes === b.bytes && haveSameText(a, b);
}

/**
 * Compares texts directly if both are at hand, as for every event at the tip of the table; else by digest.
 */
function haveSameText(a: Fingerprint, b: Fingerprint): boolean {
  if (a.text !== undefined && b.text !== undefined) return Buffer.compare(a.text, b.text) === 0;
  const [one, other] = [digestOf(a), digestOf(b)];
  return one === undefined || other === undefined || one === other;
}

function digestOf({ text, digest }: Fingerprint): string | undefined {
  return text === undefined ? digest : createHash('sha256').update(text).digest('hex');
}
