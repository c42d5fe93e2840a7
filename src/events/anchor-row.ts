import { type Fingerprint, JSONB_VERSION_BYTES } from './fingerprint.js';
import type { Tuple } from './tuple-walker.js';

/**
 * Takes the anchor off a stream of tuples: the first one, which describes the event that a read goes on
 * behind (`selectBehindSql`) and belongs to no batch. A source that does not hold that event sends none.
 */
export class AnchorRow {
  readonly #id: bigint;
  readonly #parts: Uint8Array[] = [];
  #isFirst: boolean = true;
  #tuple: Tuple | undefined;
  #passed = 0;

  /** @param id of the event that the read goes on behind. */
  constructor(id: bigint) {
    this.#id = id;
  }

  /** Whether the source sent it. */
  get isThere(): boolean {
    return this.#tuple !== undefined;
  }

  /** Bytes of the stream that belong to it. */
  get bytes(): number {
    return this.#tuple?.end ?? 0;
  }

  /** Looks at the next tuple of the stream. @returns true when it is the anchor. */
  takes(tuple: Tuple): boolean {
    const isAnchor = this.#isFirst && tuple.id === this.#id;
    this.#isFirst = false;
    if (isAnchor) this.#tuple = tuple;
    return isAnchor;
  }

  /** Keeps what of `part` is the anchor's. @returns the rest. */
  strip(part: Buffer): Buffer {
    const own = Math.max(0, Math.min(part.length, this.bytes - this.#passed));
    this.#passed += part.length;
    if (own > 0) this.#parts.push(Buffer.from(part.subarray(0, own)));
    return part.subarray(own);
  }

  /** What the source says of the event; undefined when it does not hold it. */
  get fingerprint(): Fingerprint | undefined {
    if (this.#tuple === undefined) return undefined;
    const { id, ts, eventStart } = this.#tuple;
    const json = Buffer.concat(this.#parts).subarray(eventStart + JSONB_VERSION_BYTES);
    const { bytes, digest } = JSON.parse(json.toString('latin1')) as { bytes: number; digest: string | null };
    return { id, ts, bytes, digest: digest ?? undefined };
  }
}
