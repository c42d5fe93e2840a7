/**
 * Walks a stream of `COPY (SELECT id, ts, event …) TO STDOUT (FORMAT binary)` and reports the place, `id` and
 * `ts` of every tuple. The chunks of the stream may end anywhere. The walker reads 30 bytes per event, never
 * the event itself.
 *
 * Layout (PostgreSQL manual, "COPY", Binary Format): 11-byte signature, int32 flags, int32 length of a header
 * extension; per tuple an int16 field count, then per field an int32 length and its bytes; int16 −1 at the
 * end.
 */
// @ts-nocheck
function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import { BINARY_HEADER, BINARY_TRAILER, COPY_SIGNATURE } from '../pg/copy-format.js';

/** One tuple. Offsets count the bytes of all tuples before it, without the stream's header. */
export interface Tuple {
  readonly id: bigint;
  /** Microseconds since 2000-01-01 UTC: the server's own int64. */
  readonly ts: bigint;
  readonly start: number;
  /** Where the bytes of `event` start. */
  readonly eventStart: number;
  /** Where the next tuple starts; its bytes may not have arrived yet. */
  readonly end: number;
}

/** The stream is not `(id bigint, ts timestamptz, event jsonb)`, or it is damaged. */
export class CopyFormatError extends Error {
  override readonly name = stryMutAct_9fa48("237") ? "" : (stryCov_9fa48("237"), 'CopyFormatError');
}
const FIXED_HEADER_BYTES = BINARY_HEADER.length;
/** Length of `id`, and of `ts`. */
const INT64_BYTES = 8;
/** int16 field count, int32 + int64 id, int32 + int64 ts, int32 length of the event. */
export const TUPLE_HEADER_BYTES = 30;
const TRAILER_BYTES = BINARY_TRAILER.length;

/** A tuple as COPY sends it. @param fields the bytes of id, ts and event, one after the other. */
export function tupleOf(fields: Buffer): Buffer {
  if (stryMutAct_9fa48("238")) {
    {}
  } else {
    stryCov_9fa48("238");
    const eventBytes = stryMutAct_9fa48("239") ? fields.length + 2 * INT64_BYTES : (stryCov_9fa48("239"), fields.length - (stryMutAct_9fa48("240") ? 2 / INT64_BYTES : (stryCov_9fa48("240"), 2 * INT64_BYTES)));
    const tuple = Buffer.allocUnsafe(stryMutAct_9fa48("241") ? TUPLE_HEADER_BYTES - eventBytes : (stryCov_9fa48("241"), TUPLE_HEADER_BYTES + eventBytes));
    tuple.writeInt16BE(3, 0);
    tuple.writeInt32BE(INT64_BYTES, 2);
    fields.copy(tuple, 6, 0, INT64_BYTES);
    tuple.writeInt32BE(INT64_BYTES, 14);
    fields.copy(tuple, 18, INT64_BYTES, stryMutAct_9fa48("242") ? 2 / INT64_BYTES : (stryCov_9fa48("242"), 2 * INT64_BYTES));
    tuple.writeInt32BE(eventBytes, 26);
    fields.copy(tuple, TUPLE_HEADER_BYTES, stryMutAct_9fa48("243") ? 2 / INT64_BYTES : (stryCov_9fa48("243"), 2 * INT64_BYTES));
    return tuple;
  }
}
type Part = 'header' | 'tuple' | 'event' | 'ended';
export class TupleWalker {
  /** Bytes of tuples seen so far, including a tuple that is not complete. */
  #dataBytes = 0;
  #part: Part = stryMutAct_9fa48("244") ? "" : (stryCov_9fa48("244"), 'header');
  /** Beginning of a header that the end of a chunk has cut. */
  #pending = Buffer.alloc(0);
  /** Bytes still to skip, of a header extension or of an event. */
  #toSkip = 0;
  #tuples = 0;

  /** A walker for tuples without the header of a stream, such as those kept from an earlier stream. */
  static inTuples(): TupleWalker {
    if (stryMutAct_9fa48("245")) {
      {}
    } else {
      stryCov_9fa48("245");
      const walker = new TupleWalker();
      walker.#part = stryMutAct_9fa48("246") ? "" : (stryCov_9fa48("246"), 'tuple');
      return walker;
    }
  }

  /** How many tuples were reported so far. */
  get tuples(): number {
    if (stryMutAct_9fa48("247")) {
      {}
    } else {
      stryCov_9fa48("247");
      return this.#tuples;
    }
  }

  /** True after the end marker: the stream was complete. */
  get ended(): boolean {
    if (stryMutAct_9fa48("248")) {
      {}
    } else {
      stryCov_9fa48("248");
      return stryMutAct_9fa48("251") ? this.#part !== 'ended' : stryMutAct_9fa48("250") ? false : stryMutAct_9fa48("249") ? true : (stryCov_9fa48("249", "250", "251"), this.#part === (stryMutAct_9fa48("252") ? "" : (stryCov_9fa48("252"), 'ended')));
    }
  }

  /**
   * Reads the next chunk.
   * @returns the parts of `chunk` that belong to tuples, in order, without the header and trailer of the
   *   stream.
   * @throws CopyFormatError if the bytes are not (id bigint, ts timestamptz, event jsonb), or one of them
   *   is NULL.
   */
  push(chunk: Buffer, onTuple: (tuple: Tuple) => void): Buffer[] {
    if (stryMutAct_9fa48("253")) {
      {}
    } else {
      stryCov_9fa48("253");
      const joined = (stryMutAct_9fa48("257") ? this.#pending.length <= 0 : stryMutAct_9fa48("256") ? this.#pending.length >= 0 : stryMutAct_9fa48("255") ? false : stryMutAct_9fa48("254") ? true : (stryCov_9fa48("254", "255", "256", "257"), this.#pending.length > 0)) ? Buffer.concat(stryMutAct_9fa48("258") ? [] : (stryCov_9fa48("258"), [this.#pending, chunk])) : chunk;
      this.#pending = Buffer.alloc(0);
      let at = (stryMutAct_9fa48("261") ? this.#part !== 'header' : stryMutAct_9fa48("260") ? false : stryMutAct_9fa48("259") ? true : (stryCov_9fa48("259", "260", "261"), this.#part === (stryMutAct_9fa48("262") ? "" : (stryCov_9fa48("262"), 'header')))) ? this.#passHeader(joined) : 0;
      const dataStart = at;
      while (stryMutAct_9fa48("264") ? at < joined.length || this.#part !== 'header' : stryMutAct_9fa48("263") ? false : (stryCov_9fa48("263", "264"), (stryMutAct_9fa48("267") ? at >= joined.length : stryMutAct_9fa48("266") ? at <= joined.length : stryMutAct_9fa48("265") ? true : (stryCov_9fa48("265", "266", "267"), at < joined.length)) && (stryMutAct_9fa48("269") ? this.#part === 'header' : stryMutAct_9fa48("268") ? true : (stryCov_9fa48("268", "269"), this.#part !== (stryMutAct_9fa48("270") ? "" : (stryCov_9fa48("270"), 'header')))))) {
        if (stryMutAct_9fa48("271")) {
          {}
        } else {
          stryCov_9fa48("271");
          if (stryMutAct_9fa48("274") ? this.#part !== 'ended' : stryMutAct_9fa48("273") ? false : stryMutAct_9fa48("272") ? true : (stryCov_9fa48("272", "273", "274"), this.#part === (stryMutAct_9fa48("275") ? "" : (stryCov_9fa48("275"), 'ended')))) throw new CopyFormatError(stryMutAct_9fa48("276") ? "" : (stryCov_9fa48("276"), 'The server sent bytes after the end of the COPY stream.'));
          const next = (stryMutAct_9fa48("279") ? this.#part !== 'event' : stryMutAct_9fa48("278") ? false : stryMutAct_9fa48("277") ? true : (stryCov_9fa48("277", "278", "279"), this.#part === (stryMutAct_9fa48("280") ? "" : (stryCov_9fa48("280"), 'event')))) ? this.#skip(joined, at) : this.#passTuple(joined, at, onTuple);
          if (stryMutAct_9fa48("283") ? next !== undefined : stryMutAct_9fa48("282") ? false : stryMutAct_9fa48("281") ? true : (stryCov_9fa48("281", "282", "283"), next === undefined)) break;
          at = next;
        }
      }
      return this.#dataOf(joined, dataStart, at);
    }
  }
  #dataOf(joined: Buffer, start: number, at: number): Buffer[] {
    if (stryMutAct_9fa48("284")) {
      {}
    } else {
      stryCov_9fa48("284");
      this.#pending = Buffer.from(joined.subarray(at));
      const end = this.ended ? stryMutAct_9fa48("285") ? at + TRAILER_BYTES : (stryCov_9fa48("285"), at - TRAILER_BYTES) : at;
      return (stryMutAct_9fa48("289") ? end <= start : stryMutAct_9fa48("288") ? end >= start : stryMutAct_9fa48("287") ? false : stryMutAct_9fa48("286") ? true : (stryCov_9fa48("286", "287", "288", "289"), end > start)) ? stryMutAct_9fa48("290") ? [] : (stryCov_9fa48("290"), [joined.subarray(start, end)]) : stryMutAct_9fa48("291") ? ["Stryker was here"] : (stryCov_9fa48("291"), []);
    }
  }
  #passHeader(chunk: Buffer): number {
    if (stryMutAct_9fa48("292")) {
      {}
    } else {
      stryCov_9fa48("292");
      if (stryMutAct_9fa48("296") ? chunk.length >= FIXED_HEADER_BYTES : stryMutAct_9fa48("295") ? chunk.length <= FIXED_HEADER_BYTES : stryMutAct_9fa48("294") ? false : stryMutAct_9fa48("293") ? true : (stryCov_9fa48("293", "294", "295", "296"), chunk.length < FIXED_HEADER_BYTES)) return 0;
      if (stryMutAct_9fa48("299") ? false : stryMutAct_9fa48("298") ? true : stryMutAct_9fa48("297") ? chunk.subarray(0, COPY_SIGNATURE.length).equals(COPY_SIGNATURE) : (stryCov_9fa48("297", "298", "299"), !chunk.subarray(0, COPY_SIGNATURE.length).equals(COPY_SIGNATURE))) {
        if (stryMutAct_9fa48("300")) {
          {}
        } else {
          stryCov_9fa48("300");
          throw new CopyFormatError(stryMutAct_9fa48("301") ? "" : (stryCov_9fa48("301"), 'The server did not send a binary COPY stream.'));
        }
      }
      const headerBytes = stryMutAct_9fa48("302") ? FIXED_HEADER_BYTES - chunk.readInt32BE(FIXED_HEADER_BYTES - 4) : (stryCov_9fa48("302"), FIXED_HEADER_BYTES + chunk.readInt32BE(stryMutAct_9fa48("303") ? FIXED_HEADER_BYTES + 4 : (stryCov_9fa48("303"), FIXED_HEADER_BYTES - 4)));
      if (stryMutAct_9fa48("307") ? chunk.length >= headerBytes : stryMutAct_9fa48("306") ? chunk.length <= headerBytes : stryMutAct_9fa48("305") ? false : stryMutAct_9fa48("304") ? true : (stryCov_9fa48("304", "305", "306", "307"), chunk.length < headerBytes)) return 0;
      this.#part = stryMutAct_9fa48("308") ? "" : (stryCov_9fa48("308"), 'tuple');
      return headerBytes;
    }
  }
  #skip(chunk: Buffer, at: number): number {
    if (stryMutAct_9fa48("309")) {
      {}
    } else {
      stryCov_9fa48("309");
      const skipped = stryMutAct_9fa48("310") ? Math.max(this.#toSkip, chunk.length - at) : (stryCov_9fa48("310"), Math.min(this.#toSkip, stryMutAct_9fa48("311") ? chunk.length + at : (stryCov_9fa48("311"), chunk.length - at)));
      stryMutAct_9fa48("312") ? this.#toSkip += skipped : (stryCov_9fa48("312"), this.#toSkip -= skipped);
      stryMutAct_9fa48("313") ? this.#dataBytes -= skipped : (stryCov_9fa48("313"), this.#dataBytes += skipped);
      if (stryMutAct_9fa48("316") ? this.#toSkip !== 0 : stryMutAct_9fa48("315") ? false : stryMutAct_9fa48("314") ? true : (stryCov_9fa48("314", "315", "316"), this.#toSkip === 0)) this.#part = stryMutAct_9fa48("317") ? "" : (stryCov_9fa48("317"), 'tuple');
      return stryMutAct_9fa48("318") ? at - skipped : (stryCov_9fa48("318"), at + skipped);
    }
  }

  /** @returns where the bytes of the event begin; undefined if the header of the tuple is incomplete. */
  #passTuple(chunk: Buffer, at: number, onTuple: (tuple: Tuple) => void): number | undefined {
    if (stryMutAct_9fa48("319")) {
      {}
    } else {
      stryCov_9fa48("319");
      if (stryMutAct_9fa48("323") ? chunk.length - at >= TRAILER_BYTES : stryMutAct_9fa48("322") ? chunk.length - at <= TRAILER_BYTES : stryMutAct_9fa48("321") ? false : stryMutAct_9fa48("320") ? true : (stryCov_9fa48("320", "321", "322", "323"), (stryMutAct_9fa48("324") ? chunk.length + at : (stryCov_9fa48("324"), chunk.length - at)) < TRAILER_BYTES)) return undefined;
      if (stryMutAct_9fa48("327") ? chunk.readInt16BE(at) !== -1 : stryMutAct_9fa48("326") ? false : stryMutAct_9fa48("325") ? true : (stryCov_9fa48("325", "326", "327"), chunk.readInt16BE(at) === (stryMutAct_9fa48("328") ? +1 : (stryCov_9fa48("328"), -1)))) {
        if (stryMutAct_9fa48("329")) {
          {}
        } else {
          stryCov_9fa48("329");
          this.#part = stryMutAct_9fa48("330") ? "" : (stryCov_9fa48("330"), 'ended');
          return stryMutAct_9fa48("331") ? at - TRAILER_BYTES : (stryCov_9fa48("331"), at + TRAILER_BYTES);
        }
      }
      if (stryMutAct_9fa48("335") ? chunk.length - at >= TUPLE_HEADER_BYTES : stryMutAct_9fa48("334") ? chunk.length - at <= TUPLE_HEADER_BYTES : stryMutAct_9fa48("333") ? false : stryMutAct_9fa48("332") ? true : (stryCov_9fa48("332", "333", "334", "335"), (stryMutAct_9fa48("336") ? chunk.length + at : (stryCov_9fa48("336"), chunk.length - at)) < TUPLE_HEADER_BYTES)) return undefined;
      const eventBytes = this.#checkedEventBytes(chunk, at);
      const start = this.#dataBytes;
      const eventStart = stryMutAct_9fa48("337") ? start - TUPLE_HEADER_BYTES : (stryCov_9fa48("337"), start + TUPLE_HEADER_BYTES);
      stryMutAct_9fa48("338") ? this.#tuples -= 1 : (stryCov_9fa48("338"), this.#tuples += 1);
      const [id, ts] = stryMutAct_9fa48("339") ? [] : (stryCov_9fa48("339"), [chunk.readBigInt64BE(stryMutAct_9fa48("340") ? at - 6 : (stryCov_9fa48("340"), at + 6)), chunk.readBigInt64BE(stryMutAct_9fa48("341") ? at - 18 : (stryCov_9fa48("341"), at + 18))]);
      onTuple(stryMutAct_9fa48("342") ? {} : (stryCov_9fa48("342"), {
        id,
        ts,
        start,
        eventStart,
        end: stryMutAct_9fa48("343") ? eventStart - eventBytes : (stryCov_9fa48("343"), eventStart + eventBytes)
      }));
      stryMutAct_9fa48("344") ? this.#dataBytes -= TUPLE_HEADER_BYTES : (stryCov_9fa48("344"), this.#dataBytes += TUPLE_HEADER_BYTES);
      this.#toSkip = eventBytes;
      this.#part = stryMutAct_9fa48("345") ? "" : (stryCov_9fa48("345"), 'event');
      return stryMutAct_9fa48("346") ? at - TUPLE_HEADER_BYTES : (stryCov_9fa48("346"), at + TUPLE_HEADER_BYTES);
    }
  }
  #checkedEventBytes(chunk: Buffer, at: number): number {
    if (stryMutAct_9fa48("347")) {
      {}
    } else {
      stryCov_9fa48("347");
      const eventBytes = chunk.readInt32BE(stryMutAct_9fa48("348") ? at - 26 : (stryCov_9fa48("348"), at + 26));
      const asPromised = stryMutAct_9fa48("351") ? chunk.readInt16BE(at) === 3 && chunk.readInt32BE(at + 2) === 8 || chunk.readInt32BE(at + 14) === 8 : stryMutAct_9fa48("350") ? false : stryMutAct_9fa48("349") ? true : (stryCov_9fa48("349", "350", "351"), (stryMutAct_9fa48("353") ? chunk.readInt16BE(at) === 3 || chunk.readInt32BE(at + 2) === 8 : stryMutAct_9fa48("352") ? true : (stryCov_9fa48("352", "353"), (stryMutAct_9fa48("355") ? chunk.readInt16BE(at) !== 3 : stryMutAct_9fa48("354") ? true : (stryCov_9fa48("354", "355"), chunk.readInt16BE(at) === 3)) && (stryMutAct_9fa48("357") ? chunk.readInt32BE(at + 2) !== 8 : stryMutAct_9fa48("356") ? true : (stryCov_9fa48("356", "357"), chunk.readInt32BE(stryMutAct_9fa48("358") ? at - 2 : (stryCov_9fa48("358"), at + 2)) === 8)))) && (stryMutAct_9fa48("360") ? chunk.readInt32BE(at + 14) !== 8 : stryMutAct_9fa48("359") ? true : (stryCov_9fa48("359", "360"), chunk.readInt32BE(stryMutAct_9fa48("361") ? at - 14 : (stryCov_9fa48("361"), at + 14)) === 8)));
      if (stryMutAct_9fa48("364") ? !asPromised && eventBytes < 0 : stryMutAct_9fa48("363") ? false : stryMutAct_9fa48("362") ? true : (stryCov_9fa48("362", "363", "364"), (stryMutAct_9fa48("365") ? asPromised : (stryCov_9fa48("365"), !asPromised)) || (stryMutAct_9fa48("368") ? eventBytes >= 0 : stryMutAct_9fa48("367") ? eventBytes <= 0 : stryMutAct_9fa48("366") ? false : (stryCov_9fa48("366", "367", "368"), eventBytes < 0)))) {
        if (stryMutAct_9fa48("369")) {
          {}
        } else {
          stryCov_9fa48("369");
          throw new CopyFormatError(stryMutAct_9fa48("370") ? "" : (stryCov_9fa48("370"), 'The server sent a row that is not (bigint, timestamptz, jsonb), or holds NULL.'));
        }
      }
      return eventBytes;
    }
  }
}