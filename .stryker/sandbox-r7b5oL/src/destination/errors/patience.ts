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
import { LookAgainError } from '../../common/look-again-error.js';
import { type Reaction, reactionTo } from './retry-or-stop.js';

/** After this many errors without progress, an error that may pass counts as one that never passes. */
const ATTEMPTS = 7;

/** How many validations without progress an error of a write may cause. */
const RECHECKS = 1;

/** Errors that are further apart than this are counted separately. */
const FORGET_MS = 3_600_000;

/**
 * Decides when to stop trying. It counts the errors since the last progress; as long as `place` is the same,
 * there was none.
 */
export class Patience {
  #place: string | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #attempts = 0;
  #rechecks = 0;
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = stryMutAct_9fa48("67") ? () => undefined : (stryCov_9fa48("67"), () => performance.now())) {
    if (stryMutAct_9fa48("68")) {
      {}
    } else {
      stryCov_9fa48("68");
      this.#now = now;
    }
  }

  /**
   * Decides what to do about an error.
   * @param place identifies the progress of the work. Absent if there is none to speak of.
   */
  reactionTo(error: unknown, place?: string): Exclude<Reaction, 'retry a few times'> {
    if (stryMutAct_9fa48("69")) {
      {}
    } else {
      stryCov_9fa48("69");
      const reaction = reactionTo(error);
      const isElsewhere = stryMutAct_9fa48("72") ? place === this.#place : stryMutAct_9fa48("71") ? false : stryMutAct_9fa48("70") ? true : (stryCov_9fa48("70", "71", "72"), place !== this.#place);
      if (stryMutAct_9fa48("74") ? false : stryMutAct_9fa48("73") ? true : (stryCov_9fa48("73", "74"), isElsewhere)) this.#rechecks = 0;
      if (stryMutAct_9fa48("77") ? isElsewhere && this.#now() - this.#lastMs > FORGET_MS : stryMutAct_9fa48("76") ? false : stryMutAct_9fa48("75") ? true : (stryCov_9fa48("75", "76", "77"), isElsewhere || (stryMutAct_9fa48("80") ? this.#now() - this.#lastMs <= FORGET_MS : stryMutAct_9fa48("79") ? this.#now() - this.#lastMs >= FORGET_MS : stryMutAct_9fa48("78") ? false : (stryCov_9fa48("78", "79", "80"), (stryMutAct_9fa48("81") ? this.#now() + this.#lastMs : (stryCov_9fa48("81"), this.#now() - this.#lastMs)) > FORGET_MS)))) this.#attempts = 0;
      this.#place = place;
      this.#lastMs = this.#now();
      // A source may change again before this destination has made progress.
      const isSourceChange = stryMutAct_9fa48("84") ? error instanceof LookAgainError || error.concernsSource : stryMutAct_9fa48("83") ? false : stryMutAct_9fa48("82") ? true : (stryCov_9fa48("82", "83", "84"), error instanceof LookAgainError && error.concernsSource);
      if (stryMutAct_9fa48("87") ? reaction === 'recheck' || !isSourceChange : stryMutAct_9fa48("86") ? false : stryMutAct_9fa48("85") ? true : (stryCov_9fa48("85", "86", "87"), (stryMutAct_9fa48("89") ? reaction !== 'recheck' : stryMutAct_9fa48("88") ? true : (stryCov_9fa48("88", "89"), reaction === (stryMutAct_9fa48("90") ? "" : (stryCov_9fa48("90"), 'recheck')))) && (stryMutAct_9fa48("91") ? isSourceChange : (stryCov_9fa48("91"), !isSourceChange)))) return (stryMutAct_9fa48("95") ? ++this.#rechecks <= RECHECKS : stryMutAct_9fa48("94") ? ++this.#rechecks >= RECHECKS : stryMutAct_9fa48("93") ? false : stryMutAct_9fa48("92") ? true : (stryCov_9fa48("92", "93", "94", "95"), (stryMutAct_9fa48("96") ? --this.#rechecks : (stryCov_9fa48("96"), ++this.#rechecks)) > RECHECKS)) ? stryMutAct_9fa48("97") ? "" : (stryCov_9fa48("97"), 'stop') : stryMutAct_9fa48("98") ? "" : (stryCov_9fa48("98"), 'recheck');
      if (stryMutAct_9fa48("101") ? reaction !== 'retry a few times' || !isSourceChange : stryMutAct_9fa48("100") ? false : stryMutAct_9fa48("99") ? true : (stryCov_9fa48("99", "100", "101"), (stryMutAct_9fa48("103") ? reaction === 'retry a few times' : stryMutAct_9fa48("102") ? true : (stryCov_9fa48("102", "103"), reaction !== (stryMutAct_9fa48("104") ? "" : (stryCov_9fa48("104"), 'retry a few times')))) && (stryMutAct_9fa48("105") ? isSourceChange : (stryCov_9fa48("105"), !isSourceChange)))) return reaction;
      if (stryMutAct_9fa48("109") ? ++this.#attempts < ATTEMPTS : stryMutAct_9fa48("108") ? ++this.#attempts > ATTEMPTS : stryMutAct_9fa48("107") ? false : stryMutAct_9fa48("106") ? true : (stryCov_9fa48("106", "107", "108", "109"), (stryMutAct_9fa48("110") ? --this.#attempts : (stryCov_9fa48("110"), ++this.#attempts)) >= ATTEMPTS)) return stryMutAct_9fa48("111") ? "" : (stryCov_9fa48("111"), 'stop');
      return isSourceChange ? stryMutAct_9fa48("112") ? "" : (stryCov_9fa48("112"), 'recheck') : stryMutAct_9fa48("113") ? "" : (stryCov_9fa48("113"), 'retry');
    }
  }
}