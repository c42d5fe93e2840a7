// @ts-nocheck
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** Random values that are the same, in the same order, for the same seed. */
export interface Random {
  /** A whole number from 0 up to, but not including, `limit` (at most 2^32). */
  below(limit: number): number;
  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T;
  /** The items in random order. */
  shuffled<T>(items: readonly T[]): T[];
  /** A version 4 UUID. */
  uuid(): string;
}

/** A source of random values: repeatable with a seed, different each time without. */
export function createRandom(seed?: number): Random {
  const take = keystream(seed);
  const below = (limit: number) => {
    const { bytes, offset } = take(4);
    return Math.floor((bytes.readUInt32BE(offset) / 2 ** 32) * limit);
  };
  const shuffled = <T>(items: readonly T[]) => shuffle([...items], below);
  return {
    below,
    shuffled,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    uuid() {
      const { bytes, offset } = take(16);
      return formatUuid(bytes, offset);
    },
  };
}

/**
 * An endless stream of bytes from AES-128-CTR keyed by the seed. It is used instead of faker's own generator
 * because that is exported only together with all of faker's locales, which take 0.2 s to load.
 */
function keystream(seed: number | undefined) {
  const key = seed === undefined ? randomBytes(32) : createHash('sha256').update(String(seed)).digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  const zeros = Buffer.alloc(16_384);
  let bytes = Buffer.alloc(0);
  let next = 0;
  return (length: number) => {
    if (next + length > bytes.length) {
      bytes = cipher.update(zeros);
      next = 0;
    }
    const offset = next;
    next += length;
    return { bytes, offset };
  };
}

/** Fisher–Yates, in place. */
function shuffle<T>(items: T[], below: (limit: number) => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

/** Sets version 4 and variant 1 (RFC 9562) in 16 random bytes. */
function formatUuid(bytes: Buffer, offset: number): string {
  bytes.writeUInt8((bytes.readUInt8(offset + 6) & 0x0f) | 0x40, offset + 6);
  bytes.writeUInt8((bytes.readUInt8(offset + 8) & 0x3f) | 0x80, offset + 8);
  const hex = bytes.toString('hex', offset, offset + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
