/**
 * Where batches should end: at multiples of a number of ids, wherever they begin. So destinations that began
 * at different places come to share their reads.
 */
// @ts-nocheck


/**
 * The last id that a batch behind `after` should hold: a multiple of nine tenths of `maxEvents`. If a
 * transaction lies across such a multiple, the next batch begins a little before it and still has room up to
 * the following one.
 * @param idsPerEvent how far apart the ids of the table are: a power of two, so that multiples for a larger
 *   one are multiples for a smaller one too.
 */function stryNS_9fa48() {
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
export function batchBoundary(after: bigint, maxEvents: bigint, idsPerEvent = 1n): bigint {
  if (stryMutAct_9fa48("491")) {
    {}
  } else {
    stryCov_9fa48("491");
    const stride = stryMutAct_9fa48("492") ? maxEvents * 9n / 10n / idsPerEvent : (stryCov_9fa48("492"), (stryMutAct_9fa48("493") ? maxEvents * 9n * 10n : (stryCov_9fa48("493"), (stryMutAct_9fa48("494") ? maxEvents / 9n : (stryCov_9fa48("494"), maxEvents * 9n)) / 10n)) * idsPerEvent);
    // Not `after / stride`, which rounds towards zero: a batch of negative ids would be twice as long.
    const next = stryMutAct_9fa48("495") ? after - (after % stride + stride) % stride - stride : (stryCov_9fa48("495"), (stryMutAct_9fa48("496") ? after + (after % stride + stride) % stride : (stryCov_9fa48("496"), after - (stryMutAct_9fa48("497") ? (after % stride + stride) * stride : (stryCov_9fa48("497"), (stryMutAct_9fa48("498") ? after % stride - stride : (stryCov_9fa48("498"), (stryMutAct_9fa48("499") ? after * stride : (stryCov_9fa48("499"), after % stride)) + stride)) % stride)))) + stride);
    return (stryMutAct_9fa48("503") ? next - after >= maxEvents * idsPerEvent - stride : stryMutAct_9fa48("502") ? next - after <= maxEvents * idsPerEvent - stride : stryMutAct_9fa48("501") ? false : stryMutAct_9fa48("500") ? true : (stryCov_9fa48("500", "501", "502", "503"), (stryMutAct_9fa48("504") ? next + after : (stryCov_9fa48("504"), next - after)) < (stryMutAct_9fa48("505") ? maxEvents * idsPerEvent + stride : (stryCov_9fa48("505"), (stryMutAct_9fa48("506") ? maxEvents / idsPerEvent : (stryCov_9fa48("506"), maxEvents * idsPerEvent)) - stride)))) ? stryMutAct_9fa48("507") ? next - stride : (stryCov_9fa48("507"), next + stride) : next;
  }
}

/** The largest power of two that is at most `ids / events`; 1 where the ids are dense. */
export function idsPerEvent(ids: bigint, events: number): bigint {
  if (stryMutAct_9fa48("508")) {
    {}
  } else {
    stryCov_9fa48("508");
    const quotient = stryMutAct_9fa48("509") ? ids * BigInt(Math.max(1, events)) : (stryCov_9fa48("509"), ids / BigInt(stryMutAct_9fa48("510") ? Math.min(1, events) : (stryCov_9fa48("510"), Math.max(1, events))));
    return 1n << BigInt(stryMutAct_9fa48("511") ? quotient.toString(2).length + 1 : (stryCov_9fa48("511"), quotient.toString(2).length - 1));
  }
}