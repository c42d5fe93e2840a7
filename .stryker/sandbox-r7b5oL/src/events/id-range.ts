/** Ids `from … to`, both inclusive, `from <= to`. */
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
export interface IdRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** One less than the lowest bigint: every id is above it. */
export const BEFORE_ALL_IDS = stryMutAct_9fa48("182") ? -(2n ** 63n) + 1n : (stryCov_9fa48("182"), (stryMutAct_9fa48("183") ? +(2n ** 63n) : (stryCov_9fa48("183"), -(2n ** 63n))) - 1n);

/** The highest id that a bigint can be. */
export const MAX_ID = stryMutAct_9fa48("184") ? 2n ** 63n + 1n : (stryCov_9fa48("184"), 2n ** 63n - 1n);

/** How many ids a range spans. */
export function idCount({
  from,
  to
}: IdRange): bigint {
  if (stryMutAct_9fa48("185")) {
    {}
  } else {
    stryCov_9fa48("185");
    return stryMutAct_9fa48("186") ? to - from - 1n : (stryCov_9fa48("186"), (stryMutAct_9fa48("187") ? to + from : (stryCov_9fa48("187"), to - from)) + 1n);
  }
}

/** The same ids as ascending ranges that neither overlap nor touch. */
export function normalize(ranges: readonly IdRange[]): IdRange[] {
  if (stryMutAct_9fa48("188")) {
    {}
  } else {
    stryCov_9fa48("188");
    const sorted = stryMutAct_9fa48("189") ? [...ranges] : (stryCov_9fa48("189"), (stryMutAct_9fa48("190") ? [] : (stryCov_9fa48("190"), [...ranges])).sort(stryMutAct_9fa48("191") ? () => undefined : (stryCov_9fa48("191"), (a, b) => Number(stryMutAct_9fa48("192") ? a.from + b.from : (stryCov_9fa48("192"), a.from - b.from)))));
    const merged: IdRange[] = stryMutAct_9fa48("193") ? ["Stryker was here"] : (stryCov_9fa48("193"), []);
    for (const range of sorted) {
      if (stryMutAct_9fa48("194")) {
        {}
      } else {
        stryCov_9fa48("194");
        const last = merged.at(stryMutAct_9fa48("195") ? +1 : (stryCov_9fa48("195"), -1));
        if (stryMutAct_9fa48("198") ? last === undefined && range.from > last.to + 1n : stryMutAct_9fa48("197") ? false : stryMutAct_9fa48("196") ? true : (stryCov_9fa48("196", "197", "198"), (stryMutAct_9fa48("200") ? last !== undefined : stryMutAct_9fa48("199") ? false : (stryCov_9fa48("199", "200"), last === undefined)) || (stryMutAct_9fa48("203") ? range.from <= last.to + 1n : stryMutAct_9fa48("202") ? range.from >= last.to + 1n : stryMutAct_9fa48("201") ? false : (stryCov_9fa48("201", "202", "203"), range.from > (stryMutAct_9fa48("204") ? last.to - 1n : (stryCov_9fa48("204"), last.to + 1n)))))) merged.push(range);else if (stryMutAct_9fa48("208") ? range.to <= last.to : stryMutAct_9fa48("207") ? range.to >= last.to : stryMutAct_9fa48("206") ? false : stryMutAct_9fa48("205") ? true : (stryCov_9fa48("205", "206", "207", "208"), range.to > last.to)) merged[stryMutAct_9fa48("209") ? merged.length + 1 : (stryCov_9fa48("209"), merged.length - 1)] = stryMutAct_9fa48("210") ? {} : (stryCov_9fa48("210"), {
          from: last.from,
          to: range.to
        });
      }
    }
    return merged;
  }
}

/** The ids of `from` that are not in `without`, normalized. */
export function subtract(from: readonly IdRange[], without: readonly IdRange[]): IdRange[] {
  if (stryMutAct_9fa48("211")) {
    {}
  } else {
    stryCov_9fa48("211");
    const holes = normalize(without);
    return normalize(from).flatMap(stryMutAct_9fa48("212") ? () => undefined : (stryCov_9fa48("212"), range => subtractFromOne(range, holes)));
  }
}
function subtractFromOne(range: IdRange, holes: readonly IdRange[]): IdRange[] {
  if (stryMutAct_9fa48("213")) {
    {}
  } else {
    stryCov_9fa48("213");
    const left: IdRange[] = stryMutAct_9fa48("214") ? ["Stryker was here"] : (stryCov_9fa48("214"), []);
    let from = range.from;
    for (const hole of holes) {
      if (stryMutAct_9fa48("215")) {
        {}
      } else {
        stryCov_9fa48("215");
        if (stryMutAct_9fa48("218") ? hole.to < from && hole.from > range.to : stryMutAct_9fa48("217") ? false : stryMutAct_9fa48("216") ? true : (stryCov_9fa48("216", "217", "218"), (stryMutAct_9fa48("221") ? hole.to >= from : stryMutAct_9fa48("220") ? hole.to <= from : stryMutAct_9fa48("219") ? false : (stryCov_9fa48("219", "220", "221"), hole.to < from)) || (stryMutAct_9fa48("224") ? hole.from <= range.to : stryMutAct_9fa48("223") ? hole.from >= range.to : stryMutAct_9fa48("222") ? false : (stryCov_9fa48("222", "223", "224"), hole.from > range.to)))) continue;
        if (stryMutAct_9fa48("228") ? hole.from <= from : stryMutAct_9fa48("227") ? hole.from >= from : stryMutAct_9fa48("226") ? false : stryMutAct_9fa48("225") ? true : (stryCov_9fa48("225", "226", "227", "228"), hole.from > from)) left.push(stryMutAct_9fa48("229") ? {} : (stryCov_9fa48("229"), {
          from,
          to: stryMutAct_9fa48("230") ? hole.from + 1n : (stryCov_9fa48("230"), hole.from - 1n)
        }));
        from = stryMutAct_9fa48("231") ? hole.to - 1n : (stryCov_9fa48("231"), hole.to + 1n);
      }
    }
    if (stryMutAct_9fa48("235") ? from > range.to : stryMutAct_9fa48("234") ? from < range.to : stryMutAct_9fa48("233") ? false : stryMutAct_9fa48("232") ? true : (stryCov_9fa48("232", "233", "234", "235"), from <= range.to)) left.push(stryMutAct_9fa48("236") ? {} : (stryCov_9fa48("236"), {
      from,
      to: range.to
    }));
    return left;
  }
}