/**
 * One table decides what an error means for a destination: SQLSTATE or errno → reaction.
 * `retry`: it passes by itself (a restart, a deadlock, a full disk, a failover).
 * `retry a few times`: it may pass.
 * `recheck`: the destination does not hold what was expected. Validate it again at once; the guard decides.
 * `stop`: it never passes, a person must act.
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
import { LookAgainError } from '../../common/look-again-error.js';
import { OperatorError } from '../../common/operator-error.js';
import { WRITE_REFUTED } from '../../events/events-sql.js';
import { errorCode, serverErrorFields } from '../../pg/error-code.js';
import { UNIQUE_VIOLATION } from '../../pg/sqlstate.js';
export type Reaction = 'retry' | 'retry a few times' | 'recheck' | 'stop';

/** SQLSTATE classes (PostgreSQL manual, appendix A) and single codes; a single code wins over its class. */
const REACTIONS: Readonly<Record<string, Reaction>> = stryMutAct_9fa48("114") ? {} : (stryCov_9fa48("114"), {
  '08': stryMutAct_9fa48("115") ? "" : (stryCov_9fa48("115"), 'retry'),
  // connection exception
  '25': stryMutAct_9fa48("116") ? "" : (stryCov_9fa48("116"), 'retry'),
  // invalid transaction state, read-only transaction among them
  '40': stryMutAct_9fa48("117") ? "" : (stryCov_9fa48("117"), 'retry'),
  // serialization failure, deadlock
  '53': stryMutAct_9fa48("118") ? "" : (stryCov_9fa48("118"), 'retry'),
  // disk full, out of memory, too many connections
  '55': stryMutAct_9fa48("119") ? "" : (stryCov_9fa48("119"), 'retry'),
  // object in use, lock not available
  '57': stryMutAct_9fa48("120") ? "" : (stryCov_9fa48("120"), 'retry'),
  // shutdown, crash, cannot connect now, query cancelled
  '58': stryMutAct_9fa48("121") ? "" : (stryCov_9fa48("121"), 'retry'),
  // system error, I/O error
  '40002': stryMutAct_9fa48("122") ? "" : (stryCov_9fa48("122"), 'stop'),
  // a deferred constraint, seen at the commit
  '53400': stryMutAct_9fa48("123") ? "" : (stryCov_9fa48("123"), 'retry a few times'),
  // a limit of the server's configuration, as temp_file_limit
  '55P02': stryMutAct_9fa48("124") ? "" : (stryCov_9fa48("124"), 'stop'),
  // a setting that cannot be changed
  '57P04': stryMutAct_9fa48("125") ? "" : (stryCov_9fa48("125"), 'stop'),
  // the database was dropped
  '58P01': stryMutAct_9fa48("126") ? "" : (stryCov_9fa48("126"), 'retry a few times'),
  // a file of the server is missing
  '58P02': stryMutAct_9fa48("127") ? "" : (stryCov_9fa48("127"), 'retry a few times'),
  // a file of the server is there already
  '0A': stryMutAct_9fa48("128") ? "" : (stryCov_9fa48("128"), 'stop'),
  // feature not supported, as COPY into a table with row-level security
  '22': stryMutAct_9fa48("129") ? "" : (stryCov_9fa48("129"), 'stop'),
  // data exception
  '23': stryMutAct_9fa48("130") ? "" : (stryCov_9fa48("130"), 'stop'),
  // constraint
  '28': stryMutAct_9fa48("131") ? "" : (stryCov_9fa48("131"), 'stop'),
  // invalid authorization
  '2B': stryMutAct_9fa48("132") ? "" : (stryCov_9fa48("132"), 'stop'),
  // something depends on it
  '2F': stryMutAct_9fa48("133") ? "" : (stryCov_9fa48("133"), 'stop'),
  // SQL function
  '3D': stryMutAct_9fa48("134") ? "" : (stryCov_9fa48("134"), 'stop'),
  // no such database
  '3F': stryMutAct_9fa48("135") ? "" : (stryCov_9fa48("135"), 'stop'),
  // no such schema
  '42': stryMutAct_9fa48("136") ? "" : (stryCov_9fa48("136"), 'stop'),
  // no such table or column, no right
  '44': stryMutAct_9fa48("137") ? "" : (stryCov_9fa48("137"), 'stop'),
  // WITH CHECK OPTION
  '54': stryMutAct_9fa48("138") ? "" : (stryCov_9fa48("138"), 'stop'),
  // program limit, as a value too long for an index
  P0: stryMutAct_9fa48("139") ? "" : (stryCov_9fa48("139"), 'stop'),
  // RAISE in PL/pgSQL
  XX001: stryMutAct_9fa48("140") ? "" : (stryCov_9fa48("140"), 'stop'),
  // data corrupted
  XX002: stryMutAct_9fa48("141") ? "" : (stryCov_9fa48("141"), 'stop'),
  // index corrupted
  [WRITE_REFUTED]: stryMutAct_9fa48("142") ? "" : (stryCov_9fa48("142"), 'recheck'),
  EPROTO: stryMutAct_9fa48("143") ? "" : (stryCov_9fa48("143"), 'retry a few times'),
  // the two ends do not speak the same TLS
  ABORT_ERR: stryMutAct_9fa48("144") ? "" : (stryCov_9fa48("144"), 'retry'),
  // a pipe that was left because a session was lost
  ERR_STREAM_PREMATURE_CLOSE: stryMutAct_9fa48("145") ? "" : (stryCov_9fa48("145"), 'retry') // the same, seen by the pipe first
});

/**
 * An errno of the operating system or of the name lookup, such as ECONNREFUSED or EAI_AGAIN. Codes of Node
 * begin with ERR_.
 */
const ERRNO = stryMutAct_9fa48("150") ? /^E(?!RR_)[^A-Z0-9_]+$/ : stryMutAct_9fa48("149") ? /^E(?!RR_)[A-Z0-9_]$/ : stryMutAct_9fa48("148") ? /^E(?=RR_)[A-Z0-9_]+$/ : stryMutAct_9fa48("147") ? /^E(?!RR_)[A-Z0-9_]+/ : stryMutAct_9fa48("146") ? /E(?!RR_)[A-Z0-9_]+$/ : (stryCov_9fa48("146", "147", "148", "149", "150"), /^E(?!RR_)[A-Z0-9_]+$/);

/** The reaction to an error that ended the run of a destination, or a look at the source. */
export function reactionTo(error: unknown): Reaction {
  if (stryMutAct_9fa48("151")) {
    {}
  } else {
    stryCov_9fa48("151");
    if (stryMutAct_9fa48("153") ? false : stryMutAct_9fa48("152") ? true : (stryCov_9fa48("152", "153"), error instanceof LookAgainError)) return stryMutAct_9fa48("154") ? "" : (stryCov_9fa48("154"), 'recheck');
    if (stryMutAct_9fa48("157") ? error instanceof OperatorError || error.cause === undefined : stryMutAct_9fa48("156") ? false : stryMutAct_9fa48("155") ? true : (stryCov_9fa48("155", "156", "157"), error instanceof OperatorError && (stryMutAct_9fa48("159") ? error.cause !== undefined : stryMutAct_9fa48("158") ? true : (stryCov_9fa48("158", "159"), error.cause === undefined)))) return stryMutAct_9fa48("160") ? "" : (stryCov_9fa48("160"), 'stop');
    const code = errorCode(error);
    if (stryMutAct_9fa48("163") ? code !== undefined : stryMutAct_9fa48("162") ? false : stryMutAct_9fa48("161") ? true : (stryCov_9fa48("161", "162", "163"), code === undefined)) return stryMutAct_9fa48("164") ? "" : (stryCov_9fa48("164"), 'retry a few times');
    if (stryMutAct_9fa48("167") ? code !== UNIQUE_VIOLATION : stryMutAct_9fa48("166") ? false : stryMutAct_9fa48("165") ? true : (stryCov_9fa48("165", "166", "167"), code === UNIQUE_VIOLATION)) return concernsId(error) ? stryMutAct_9fa48("168") ? "" : (stryCov_9fa48("168"), 'recheck') : stryMutAct_9fa48("169") ? "" : (stryCov_9fa48("169"), 'stop');
    return stryMutAct_9fa48("170") ? (REACTIONS[code] ?? REACTIONS[code.slice(0, 2)]) && (ERRNO.test(code) ? 'retry' : 'retry a few times') : (stryCov_9fa48("170"), (stryMutAct_9fa48("171") ? REACTIONS[code] && REACTIONS[code.slice(0, 2)] : (stryCov_9fa48("171"), REACTIONS[code] ?? REACTIONS[stryMutAct_9fa48("172") ? code : (stryCov_9fa48("172"), code.slice(0, 2))])) ?? (ERRNO.test(code) ? stryMutAct_9fa48("173") ? "" : (stryCov_9fa48("173"), 'retry') : stryMutAct_9fa48("174") ? "" : (stryCov_9fa48("174"), 'retry a few times')));
  }
}

/**
 * Whether a unique violation concerns `id`: that means a second writer, or a commit whose reply was lost. The
 * server names the column in the detail, `Key (id)=(7) already exists.`, in every language. (The name of the
 * index differs in each partition.) An error without detail counts as one about `id`.
 */
function concernsId(error: unknown): boolean {
  if (stryMutAct_9fa48("175")) {
    {}
  } else {
    stryCov_9fa48("175");
    const {
      detail
    } = serverErrorFields(error);
    return stryMutAct_9fa48("178") ? detail === undefined && detail.includes('(id)=(') : stryMutAct_9fa48("177") ? false : stryMutAct_9fa48("176") ? true : (stryCov_9fa48("176", "177", "178"), (stryMutAct_9fa48("180") ? detail !== undefined : stryMutAct_9fa48("179") ? false : (stryCov_9fa48("179", "180"), detail === undefined)) || detail.includes(stryMutAct_9fa48("181") ? "" : (stryCov_9fa48("181"), '(id)=(')));
  }
}