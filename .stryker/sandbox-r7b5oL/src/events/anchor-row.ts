// @ts-nocheck
import { type Fingerprint, JSONB_VERSION_BYTES } from './fingerprint.js';
import type { Tuple } from './tuple-walker.js';

/**
 * Takes the anchor off a stream of tuples. The anchor is the first tuple: it describes the event behind which
 * a read goes on (`copyBehindSql`), and belongs to no batch. A source that does not hold that event sends no
 * anchor.
 */
export class AnchorRow {
  readonly #id: bigint;
  readonly #parts: Uint8Array[] = [];
  #isFirst: boolean = true;
  #tuple: Tuple | undefined;
  #passed = 0;

  /** @param id of the event behind which the read goes on. */
  constructor(id: bigint) {
    this.#id = id;
  }

  /** Whether the source sent the anchor. */
  get isThere(): boolean {
    return this.#tuple !== undefined;
  }

  /** How many bytes of the stream belong to the anchor. */
  get bytes(): number {
    return this.#tuple?.end ?? 0;
  }

  /** Takes the next tuple of the stream if it is the anchor. @returns true if it was. */
  takes(tuple: Tuple): boolean {
    const isAnchor = this.#isFirst && tuple.id === this.#id;
    this.#isFirst = false;
    if (isAnchor) this.#tuple = tuple;
    return isAnchor;
  }

  /** Keeps the bytes of `part` that belong to the anchor. @returns the other bytes. */
  strip(part: Buffer): Buffer {
    const own = Math.max(0, Math.min(part.length, this.bytes - this.#passed));
    this.#passed += part.length;
    if (own > 0) this.#parts.push(Buffer.from(part.subarray(0, own)));
    return part.subarray(own);
  }

  /** Fingerprint of the event in the source; undefined if the source does not hold it. */
  get fingerprint(): Fingerprint | undefined {
    if (this.#tuple === undefined) return undefined;
    const { id, ts, eventStart } = this.#tuple;
    const json = Buffer.concat(this.#parts).subarray(eventStart + JSONB_VERSION_BYTES);
    const { bytes, digest } = JSON.parse(json.toString('latin1')) as { bytes: number; digest: string | null };
    return { id, ts, bytes, digest: digest ?? undefined };
  }
}
