/**
 * Decides where a batch ends: always between two source transactions. Rows of one transaction have
 * consecutive ids and the same `ts`, so a transaction ends where `ts` changes. The cutter takes no row behind
 * a hole between the ids while a running transaction could still fill that hole. It does no I/O: it sees ids,
 * times and offsets only.
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
import { BEFORE_ALL_IDS, type IdRange } from '../events/id-range.js';
export interface BatchLimits {
  /** The last id that the batch should hold. */
  readonly boundaryId: bigint;
  /** Rows that the batch should not exceed. */
  readonly maxRows: number;
  /** Bytes that the batch should not exceed. */
  readonly maxBytes: number;
  /** Missing ids up to this one will never appear. */
  readonly settledId: bigint;
}

/** A place between two transactions. */
export interface Cut {
  /** The last row before the cut. */
  readonly last: RowPosition;
  /** Rows before the cut. */
  readonly rows: number;
}
export interface RowPosition {
  readonly id: bigint;
  readonly ts: bigint;
  /** Bytes of tuples up to the start of this row, and up to its end. */
  readonly start: number;
  readonly end: number;
}

/** An id did not ascend, although the primary key of the source and ORDER BY promise it. */
export class OrderError extends Error {
  override readonly name = stryMutAct_9fa48("619") ? "" : (stryCov_9fa48("619"), 'OrderError');
}
export class Cutter {
  readonly #limits: BatchLimits;
  readonly #holes: IdRange[] = stryMutAct_9fa48("620") ? ["Stryker was here"] : (stryCov_9fa48("620"), []);
  #nextId: bigint;
  #mayBeginWithOne: boolean;
  #last: RowPosition | undefined;
  #rows = 0;
  #within: Cut | undefined;
  #beyond: Cut | undefined;
  #isBlocked: boolean = stryMutAct_9fa48("621") ? true : (stryCov_9fa48("621"), false);

  /**
   * @param after the rows have ids above this one. A table whose ids begin with 1 has no hole before them.
   */
  constructor(after: bigint, limits: BatchLimits) {
    if (stryMutAct_9fa48("622")) {
      {}
    } else {
      stryCov_9fa48("622");
      this.#nextId = stryMutAct_9fa48("623") ? after - 1n : (stryCov_9fa48("623"), after + 1n);
      this.#mayBeginWithOne = stryMutAct_9fa48("626") ? after !== BEFORE_ALL_IDS : stryMutAct_9fa48("625") ? false : stryMutAct_9fa48("624") ? true : (stryCov_9fa48("624", "625", "626"), after === BEFORE_ALL_IDS);
      this.#limits = limits;
    }
  }

  /** Adds the next row, in id order. @throws OrderError if `id` does not ascend. */
  add(row: RowPosition): void {
    if (stryMutAct_9fa48("627")) {
      {}
    } else {
      stryCov_9fa48("627");
      if (stryMutAct_9fa48("630") ? row.id !== this.#nextId || !(this.#mayBeginWithOne && row.id === 1n) : stryMutAct_9fa48("629") ? false : stryMutAct_9fa48("628") ? true : (stryCov_9fa48("628", "629", "630"), (stryMutAct_9fa48("632") ? row.id === this.#nextId : stryMutAct_9fa48("631") ? true : (stryCov_9fa48("631", "632"), row.id !== this.#nextId)) && (stryMutAct_9fa48("633") ? this.#mayBeginWithOne && row.id === 1n : (stryCov_9fa48("633"), !(stryMutAct_9fa48("636") ? this.#mayBeginWithOne || row.id === 1n : stryMutAct_9fa48("635") ? false : stryMutAct_9fa48("634") ? true : (stryCov_9fa48("634", "635", "636"), this.#mayBeginWithOne && (stryMutAct_9fa48("638") ? row.id !== 1n : stryMutAct_9fa48("637") ? true : (stryCov_9fa48("637", "638"), row.id === 1n)))))))) this.#passHole(row);
      this.#mayBeginWithOne = stryMutAct_9fa48("639") ? true : (stryCov_9fa48("639"), false);
      this.#nextId = stryMutAct_9fa48("640") ? row.id - 1n : (stryCov_9fa48("640"), row.id + 1n);
      if (stryMutAct_9fa48("642") ? false : stryMutAct_9fa48("641") ? true : (stryCov_9fa48("641", "642"), this.#isBlocked)) return;
      const last = this.#last;
      if (stryMutAct_9fa48("645") ? last !== undefined || row.ts !== last.ts : stryMutAct_9fa48("644") ? false : stryMutAct_9fa48("643") ? true : (stryCov_9fa48("643", "644", "645"), (stryMutAct_9fa48("647") ? last === undefined : stryMutAct_9fa48("646") ? true : (stryCov_9fa48("646", "647"), last !== undefined)) && (stryMutAct_9fa48("649") ? row.ts === last.ts : stryMutAct_9fa48("648") ? true : (stryCov_9fa48("648", "649"), row.ts !== last.ts)))) this.#note(last);
      this.#last = row;
      stryMutAct_9fa48("650") ? this.#rows -= 1 : (stryCov_9fa48("650"), this.#rows += 1);
    }
  }

  /** Marks the end of the snapshot: the last row ends a transaction too. */
  end(): void {
    if (stryMutAct_9fa48("651")) {
      {}
    } else {
      stryCov_9fa48("651");
      if (stryMutAct_9fa48("654") ? this.#last !== undefined || !this.#isBlocked : stryMutAct_9fa48("653") ? false : stryMutAct_9fa48("652") ? true : (stryCov_9fa48("652", "653", "654"), (stryMutAct_9fa48("656") ? this.#last === undefined : stryMutAct_9fa48("655") ? true : (stryCov_9fa48("655", "656"), this.#last !== undefined)) && (stryMutAct_9fa48("657") ? this.#isBlocked : (stryCov_9fa48("657"), !this.#isBlocked)))) this.#note(this.#last);
    }
  }

  /** Where to cut: at the last transaction end within the limits, else at the first one beyond them. */
  get cut(): Cut | undefined {
    if (stryMutAct_9fa48("658")) {
      {}
    } else {
      stryCov_9fa48("658");
      return stryMutAct_9fa48("659") ? this.#within && this.#beyond : (stryCov_9fa48("659"), this.#within ?? this.#beyond);
    }
  }

  /** True once more rows cannot move the cut. */
  get settled(): boolean {
    if (stryMutAct_9fa48("660")) {
      {}
    } else {
      stryCov_9fa48("660");
      return stryMutAct_9fa48("663") ? this.#beyond !== undefined && this.#isBlocked : stryMutAct_9fa48("662") ? false : stryMutAct_9fa48("661") ? true : (stryCov_9fa48("661", "662", "663"), (stryMutAct_9fa48("665") ? this.#beyond === undefined : stryMutAct_9fa48("664") ? false : (stryCov_9fa48("664", "665"), this.#beyond !== undefined)) || this.#isBlocked);
    }
  }

  /** True if rows were left out because they lie behind a hole that may still be filled. */
  get isBlocked(): boolean {
    if (stryMutAct_9fa48("666")) {
      {}
    } else {
      stryCov_9fa48("666");
      return this.#isBlocked;
    }
  }

  /** Holes before and between the rows that no transaction can fill any more. */
  get holes(): readonly IdRange[] {
    if (stryMutAct_9fa48("667")) {
      {}
    } else {
      stryCov_9fa48("667");
      return this.#holes;
    }
  }
  get rows(): number {
    if (stryMutAct_9fa48("668")) {
      {}
    } else {
      stryCov_9fa48("668");
      return this.#rows;
    }
  }
  get last(): RowPosition | undefined {
    if (stryMutAct_9fa48("669")) {
      {}
    } else {
      stryCov_9fa48("669");
      return this.#last;
    }
  }
  #passHole(row: RowPosition): void {
    if (stryMutAct_9fa48("670")) {
      {}
    } else {
      stryCov_9fa48("670");
      if (stryMutAct_9fa48("674") ? row.id >= this.#nextId : stryMutAct_9fa48("673") ? row.id <= this.#nextId : stryMutAct_9fa48("672") ? false : stryMutAct_9fa48("671") ? true : (stryCov_9fa48("671", "672", "673", "674"), row.id < this.#nextId)) throw new OrderError(stryMutAct_9fa48("675") ? `` : (stryCov_9fa48("675"), `Event ${row.id} came after event ${stryMutAct_9fa48("676") ? this.#nextId + 1n : (stryCov_9fa48("676"), this.#nextId - 1n)}.`));
      const hole = stryMutAct_9fa48("677") ? {} : (stryCov_9fa48("677"), {
        from: this.#nextId,
        to: stryMutAct_9fa48("678") ? row.id + 1n : (stryCov_9fa48("678"), row.id - 1n)
      });
      if (stryMutAct_9fa48("682") ? hole.to > this.#limits.settledId : stryMutAct_9fa48("681") ? hole.to < this.#limits.settledId : stryMutAct_9fa48("680") ? false : stryMutAct_9fa48("679") ? true : (stryCov_9fa48("679", "680", "681", "682"), hole.to <= this.#limits.settledId)) {
        if (stryMutAct_9fa48("683")) {
          {}
        } else {
          stryCov_9fa48("683");
          this.#holes.push(hole);
          return;
        }
      }
      // A transaction may have rows on both sides of the hole. It must not be split.
      if (stryMutAct_9fa48("686") ? !this.#isBlocked && this.#last !== undefined || row.ts !== this.#last.ts : stryMutAct_9fa48("685") ? false : stryMutAct_9fa48("684") ? true : (stryCov_9fa48("684", "685", "686"), (stryMutAct_9fa48("688") ? !this.#isBlocked || this.#last !== undefined : stryMutAct_9fa48("687") ? true : (stryCov_9fa48("687", "688"), (stryMutAct_9fa48("689") ? this.#isBlocked : (stryCov_9fa48("689"), !this.#isBlocked)) && (stryMutAct_9fa48("691") ? this.#last === undefined : stryMutAct_9fa48("690") ? true : (stryCov_9fa48("690", "691"), this.#last !== undefined)))) && (stryMutAct_9fa48("693") ? row.ts === this.#last.ts : stryMutAct_9fa48("692") ? true : (stryCov_9fa48("692", "693"), row.ts !== this.#last.ts)))) this.#note(this.#last);
      this.#isBlocked = stryMutAct_9fa48("694") ? false : (stryCov_9fa48("694"), true);
    }
  }
  #note(last: RowPosition): void {
    if (stryMutAct_9fa48("695")) {
      {}
    } else {
      stryCov_9fa48("695");
      if (stryMutAct_9fa48("698") ? this.#beyond === undefined : stryMutAct_9fa48("697") ? false : stryMutAct_9fa48("696") ? true : (stryCov_9fa48("696", "697", "698"), this.#beyond !== undefined)) return;
      const {
        boundaryId,
        maxBytes,
        maxRows
      } = this.#limits;
      const fits = stryMutAct_9fa48("701") ? last.id <= boundaryId && last.end <= maxBytes || this.#rows <= maxRows : stryMutAct_9fa48("700") ? false : stryMutAct_9fa48("699") ? true : (stryCov_9fa48("699", "700", "701"), (stryMutAct_9fa48("703") ? last.id <= boundaryId || last.end <= maxBytes : stryMutAct_9fa48("702") ? true : (stryCov_9fa48("702", "703"), (stryMutAct_9fa48("706") ? last.id > boundaryId : stryMutAct_9fa48("705") ? last.id < boundaryId : stryMutAct_9fa48("704") ? true : (stryCov_9fa48("704", "705", "706"), last.id <= boundaryId)) && (stryMutAct_9fa48("709") ? last.end > maxBytes : stryMutAct_9fa48("708") ? last.end < maxBytes : stryMutAct_9fa48("707") ? true : (stryCov_9fa48("707", "708", "709"), last.end <= maxBytes)))) && (stryMutAct_9fa48("712") ? this.#rows > maxRows : stryMutAct_9fa48("711") ? this.#rows < maxRows : stryMutAct_9fa48("710") ? true : (stryCov_9fa48("710", "711", "712"), this.#rows <= maxRows)));
      const cut = stryMutAct_9fa48("713") ? {} : (stryCov_9fa48("713"), {
        last,
        rows: this.#rows
      });
      if (stryMutAct_9fa48("715") ? false : stryMutAct_9fa48("714") ? true : (stryCov_9fa48("714", "715"), fits)) this.#within = cut;else this.#beyond = cut;
    }
  }
}