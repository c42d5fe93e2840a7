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
import pg from 'pg';
import { BugError } from '../../common/bug.js';
import { LookAgainError } from '../../common/look-again-error.js';
import { OperatorError } from '../../common/operator-error.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import { explainDatabaseError } from '../../pg/explain-error.js';
import { WriteError } from '../../threads/write-pool.js';

/** The two databases of a run. */
export interface Sides {
  readonly source: ConnectionParams;
  readonly destination: ConnectionParams;
}

/** Turns the error of a run into one that says what happened, where, and what to do. */
export function explainFailure(error: unknown, sides: Sides): OperatorError {
  if (stryMutAct_9fa48("0")) {
    {}
  } else {
    stryCov_9fa48("0");
    if (stryMutAct_9fa48("2") ? false : stryMutAct_9fa48("1") ? true : (stryCov_9fa48("1", "2"), error instanceof WriteError)) return explainWrite(error, sides);
    return explainDatabaseError(error, stryMutAct_9fa48("3") ? {} : (stryCov_9fa48("3"), {
      doing: stryMutAct_9fa48("4") ? "" : (stryCov_9fa48("4"), 'replicate to'),
      params: sides.destination
    }));
  }
}

/** Adds a general hint to an error of a server, the network or a second validation that has none. */
export function withSomeHint(error: OperatorError): OperatorError {
  if (stryMutAct_9fa48("5")) {
    {}
  } else {
    stryCov_9fa48("5");
    const {
      message,
      cause
    } = error;
    if (stryMutAct_9fa48("8") ? error.hint === undefined : stryMutAct_9fa48("7") ? false : stryMutAct_9fa48("6") ? true : (stryCov_9fa48("6", "7", "8"), error.hint !== undefined)) return error;
    if (stryMutAct_9fa48("10") ? false : stryMutAct_9fa48("9") ? true : (stryCov_9fa48("9", "10"), error instanceof LookAgainError)) return new OperatorError(message, stryMutAct_9fa48("11") ? {} : (stryCov_9fa48("11"), {
      hint: LOOKED_AGAIN
    }));
    return (stryMutAct_9fa48("14") ? cause !== undefined : stryMutAct_9fa48("13") ? false : stryMutAct_9fa48("12") ? true : (stryCov_9fa48("12", "13", "14"), cause === undefined)) ? error : new OperatorError(message, stryMutAct_9fa48("15") ? {} : (stryCov_9fa48("15"), {
      cause,
      hint: MEND
    }));
  }
}
const MEND = stryMutAct_9fa48("16") ? "" : (stryCov_9fa48("16"), 'Fix what the message names, then restart the replicator.');
const LOOKED_AGAIN = stryMutAct_9fa48("17") ? "" : (stryCov_9fa48("17"), 'Checking again did not help. Find out what changes these databases, then restart the replicator.');
function explainWrite(error: WriteError, {
  source,
  destination
}: Sides): OperatorError {
  if (stryMutAct_9fa48("18")) {
    {}
  } else {
    stryCov_9fa48("18");
    if (stryMutAct_9fa48("21") ? error.kind !== 'bug' : stryMutAct_9fa48("20") ? false : stryMutAct_9fa48("19") ? true : (stryCov_9fa48("19", "20", "21"), error.kind === (stryMutAct_9fa48("22") ? "" : (stryCov_9fa48("22"), 'bug')))) return new BugError(error);
    if (stryMutAct_9fa48("25") ? error.kind !== 'source' : stryMutAct_9fa48("24") ? false : stryMutAct_9fa48("23") ? true : (stryCov_9fa48("23", "24", "25"), error.kind === (stryMutAct_9fa48("26") ? "" : (stryCov_9fa48("26"), 'source')))) return explainDatabaseError(error, stryMutAct_9fa48("27") ? {} : (stryCov_9fa48("27"), {
      doing: stryMutAct_9fa48("28") ? "" : (stryCov_9fa48("28"), 'read events from'),
      params: source
    }));
    const event = (stryMutAct_9fa48("31") ? error.eventId !== undefined : stryMutAct_9fa48("30") ? false : stryMutAct_9fa48("29") ? true : (stryCov_9fa48("29", "30", "31"), error.eventId === undefined)) ? stryMutAct_9fa48("32") ? "" : (stryCov_9fa48("32"), 'events') : stryMutAct_9fa48("33") ? `` : (stryCov_9fa48("33"), `event ${error.eventId}`);
    const explained = explainDatabaseError(error, stryMutAct_9fa48("34") ? {} : (stryCov_9fa48("34"), {
      doing: stryMutAct_9fa48("35") ? `` : (stryCov_9fa48("35"), `write ${event} to`),
      params: destination
    }));
    return new OperatorError(explained.message, stryMutAct_9fa48("36") ? {} : (stryCov_9fa48("36"), {
      cause: error,
      hint: stryMutAct_9fa48("37") ? hintFor(error) && explained.hint : (stryCov_9fa48("37"), hintFor(error) ?? explained.hint)
    }));
  }
}

/** Hint for an event that something in the destination refuses. */
function hintFor({
  code = stryMutAct_9fa48("38") ? "Stryker was here!" : (stryCov_9fa48("38"), ''),
  constraint,
  where
}: WriteError): string | undefined {
  if (stryMutAct_9fa48("39")) {
    {}
  } else {
    stryCov_9fa48("39");
    if (stryMutAct_9fa48("42") ? constraint !== undefined || code.startsWith('54') : stryMutAct_9fa48("41") ? false : stryMutAct_9fa48("40") ? true : (stryCov_9fa48("40", "41", "42"), (stryMutAct_9fa48("44") ? constraint === undefined : stryMutAct_9fa48("43") ? true : (stryCov_9fa48("43", "44"), constraint !== undefined)) && (stryMutAct_9fa48("45") ? code.endsWith('54') : (stryCov_9fa48("45"), code.startsWith(stryMutAct_9fa48("46") ? "" : (stryCov_9fa48("46"), '54')))))) return dropIndexHint(constraint);
    if (stryMutAct_9fa48("49") ? constraint !== undefined || code.startsWith('23') : stryMutAct_9fa48("48") ? false : stryMutAct_9fa48("47") ? true : (stryCov_9fa48("47", "48", "49"), (stryMutAct_9fa48("51") ? constraint === undefined : stryMutAct_9fa48("50") ? true : (stryCov_9fa48("50", "51"), constraint !== undefined)) && (stryMutAct_9fa48("52") ? code.endsWith('23') : (stryCov_9fa48("52"), code.startsWith(stryMutAct_9fa48("53") ? "" : (stryCov_9fa48("53"), '23')))))) return stryMutAct_9fa48("54") ? `` : (stryCov_9fa48("54"), `Drop constraint or index "${constraint}" of table "events": the source holds this event, so a copy must accept it.`);
    if (stryMutAct_9fa48("57") ? where !== undefined || code.startsWith('P0') : stryMutAct_9fa48("56") ? false : stryMutAct_9fa48("55") ? true : (stryCov_9fa48("55", "56", "57"), (stryMutAct_9fa48("59") ? where === undefined : stryMutAct_9fa48("58") ? true : (stryCov_9fa48("58", "59"), where !== undefined)) && (stryMutAct_9fa48("60") ? code.endsWith('P0') : (stryCov_9fa48("60"), code.startsWith(stryMutAct_9fa48("61") ? "" : (stryCov_9fa48("61"), 'P0')))))) return stryMutAct_9fa48("62") ? `` : (stryCov_9fa48("62"), `Fix or remove what raised this error in the destination: ${where.split(stryMutAct_9fa48("63") ? "" : (stryCov_9fa48("63"), '\n'))[0]}.`);
    return undefined;
  }
}

/** Hint for an index for which a value of an event is too long. */
function dropIndexHint(name: string): string {
  if (stryMutAct_9fa48("64")) {
    {}
  } else {
    stryCov_9fa48("64");
    return (stryMutAct_9fa48("65") ? `` : (stryCov_9fa48("65"), `The value is too long for the index. Run in the destination: DROP INDEX public.${pg.escapeIdentifier(name)}; `)) + (stryMutAct_9fa48("66") ? "" : (stryCov_9fa48("66"), 'An index on a digest of the value, such as md5(...), accepts any length.'));
  }
}