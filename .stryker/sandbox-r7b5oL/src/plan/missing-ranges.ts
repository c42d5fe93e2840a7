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
import { type IdRange, subtract } from '../events/id-range.js';

/** Which ids a table holds, as far as its primary key shows cheaply. */
export interface Extent {
  readonly count: bigint;
  /** Absent in an empty table. */
  readonly ids?: IdRange;
}

/**
 * How many ids of a bucket exist, and their sum. Ids that are missing on one side only always show. Different
 * ids missing on both sides could cancel out, but a destination gets no ids from elsewhere.
 */
export interface Bucket {
  readonly bucket: bigint;
  readonly count: bigint;
  /** Decimal text, because the sum of bigints may not fit a bigint. */
  readonly idSum: string;
}

/** True when the table has every id from its first to its last. */
export function isContiguous({
  count,
  ids
}: Extent): boolean {
  if (stryMutAct_9fa48("371")) {
    {}
  } else {
    stryCov_9fa48("371");
    return stryMutAct_9fa48("374") ? ids === undefined && ids.to - ids.from + 1n === count : stryMutAct_9fa48("373") ? false : stryMutAct_9fa48("372") ? true : (stryCov_9fa48("372", "373", "374"), (stryMutAct_9fa48("376") ? ids !== undefined : stryMutAct_9fa48("375") ? false : (stryCov_9fa48("375", "376"), ids === undefined)) || (stryMutAct_9fa48("378") ? ids.to - ids.from + 1n !== count : stryMutAct_9fa48("377") ? false : (stryCov_9fa48("377", "378"), (stryMutAct_9fa48("379") ? ids.to - ids.from - 1n : (stryCov_9fa48("379"), (stryMutAct_9fa48("380") ? ids.to + ids.from : (stryCov_9fa48("380"), ids.to - ids.from)) + 1n)) === count)));
  }
}

/** True if counts alone show that the destination is a beginning of the source, without gaps. */
export function isPlainPrefix(source: Extent, destination: Extent): boolean {
  if (stryMutAct_9fa48("381")) {
    {}
  } else {
    stryCov_9fa48("381");
    if (stryMutAct_9fa48("384") ? destination.ids !== undefined : stryMutAct_9fa48("383") ? false : stryMutAct_9fa48("382") ? true : (stryCov_9fa48("382", "383", "384"), destination.ids === undefined)) return stryMutAct_9fa48("385") ? false : (stryCov_9fa48("385"), true);
    return stryMutAct_9fa48("388") ? isContiguous(source) && isContiguous(destination) || source.ids?.from === destination.ids.from : stryMutAct_9fa48("387") ? false : stryMutAct_9fa48("386") ? true : (stryCov_9fa48("386", "387", "388"), (stryMutAct_9fa48("390") ? isContiguous(source) || isContiguous(destination) : stryMutAct_9fa48("389") ? true : (stryCov_9fa48("389", "390"), isContiguous(source) && isContiguous(destination))) && (stryMutAct_9fa48("392") ? source.ids?.from !== destination.ids.from : stryMutAct_9fa48("391") ? true : (stryCov_9fa48("391", "392"), (stryMutAct_9fa48("393") ? source.ids.from : (stryCov_9fa48("393"), source.ids?.from)) === destination.ids.from)));
  }
}

/** A range of ids in which two tables differ, and how many events the fuller one has there. */
export interface DifferingBucket extends IdRange {
  readonly events: bigint;
}

/**
 * The buckets that differ between two tables, ascending. A bucket begins behind the last bucket before it in
 * which either table has events.
 * @param size ids per bucket.
 */
export function differingBuckets(source: readonly Bucket[], destination: readonly Bucket[], size: bigint): DifferingBucket[] {
  if (stryMutAct_9fa48("394")) {
    {}
  } else {
    stryCov_9fa48("394");
    const [left, right] = stryMutAct_9fa48("395") ? [] : (stryCov_9fa48("395"), [byBucket(source), byBucket(destination)]);
    const all = stryMutAct_9fa48("396") ? [...new Set([...left.keys(), ...right.keys()])] : (stryCov_9fa48("396"), (stryMutAct_9fa48("397") ? [] : (stryCov_9fa48("397"), [...new Set(stryMutAct_9fa48("398") ? [] : (stryCov_9fa48("398"), [...left.keys(), ...right.keys()]))])).sort(stryMutAct_9fa48("399") ? () => undefined : (stryCov_9fa48("399"), (a, b) => (stryMutAct_9fa48("403") ? a >= b : stryMutAct_9fa48("402") ? a <= b : stryMutAct_9fa48("401") ? false : stryMutAct_9fa48("400") ? true : (stryCov_9fa48("400", "401", "402", "403"), a < b)) ? stryMutAct_9fa48("404") ? +1 : (stryCov_9fa48("404"), -1) : 1)));
    return all.flatMap((bucket, index) => {
      if (stryMutAct_9fa48("405")) {
        {}
      } else {
        stryCov_9fa48("405");
        if (stryMutAct_9fa48("407") ? false : stryMutAct_9fa48("406") ? true : (stryCov_9fa48("406", "407"), sameIds(left.get(bucket), right.get(bucket)))) return stryMutAct_9fa48("408") ? ["Stryker was here"] : (stryCov_9fa48("408"), []);
        const first = stryMutAct_9fa48("409") ? (all[index - 1] ?? bucket - 1n) - 1n : (stryCov_9fa48("409"), (stryMutAct_9fa48("410") ? all[index - 1] && bucket - 1n : (stryCov_9fa48("410"), all[stryMutAct_9fa48("411") ? index + 1 : (stryCov_9fa48("411"), index - 1)] ?? (stryMutAct_9fa48("412") ? bucket + 1n : (stryCov_9fa48("412"), bucket - 1n)))) + 1n);
        const events = most(stryMutAct_9fa48("413") ? left.get(bucket).count : (stryCov_9fa48("413"), left.get(bucket)?.count), stryMutAct_9fa48("414") ? right.get(bucket).count : (stryCov_9fa48("414"), right.get(bucket)?.count));
        return stryMutAct_9fa48("415") ? [] : (stryCov_9fa48("415"), [stryMutAct_9fa48("416") ? {} : (stryCov_9fa48("416"), {
          from: stryMutAct_9fa48("417") ? first / size : (stryCov_9fa48("417"), first * size),
          to: stryMutAct_9fa48("418") ? (bucket + 1n) * size + 1n : (stryCov_9fa48("418"), (stryMutAct_9fa48("419") ? (bucket + 1n) / size : (stryCov_9fa48("419"), (stryMutAct_9fa48("420") ? bucket - 1n : (stryCov_9fa48("420"), bucket + 1n)) * size)) - 1n),
          events
        })]);
      }
    });
  }
}

/** Joins neighbouring buckets as long as together they have at most `maxEvents`. */
export function joinBuckets(buckets: readonly DifferingBucket[], maxEvents: bigint): DifferingBucket[] {
  if (stryMutAct_9fa48("421")) {
    {}
  } else {
    stryCov_9fa48("421");
    const joined: DifferingBucket[] = stryMutAct_9fa48("422") ? ["Stryker was here"] : (stryCov_9fa48("422"), []);
    for (const bucket of buckets) {
      if (stryMutAct_9fa48("423")) {
        {}
      } else {
        stryCov_9fa48("423");
        const last = joined.at(stryMutAct_9fa48("424") ? +1 : (stryCov_9fa48("424"), -1));
        const fits = stryMutAct_9fa48("427") ? last?.to === bucket.from - 1n || last.events + bucket.events <= maxEvents : stryMutAct_9fa48("426") ? false : stryMutAct_9fa48("425") ? true : (stryCov_9fa48("425", "426", "427"), (stryMutAct_9fa48("429") ? last?.to !== bucket.from - 1n : stryMutAct_9fa48("428") ? true : (stryCov_9fa48("428", "429"), (stryMutAct_9fa48("430") ? last.to : (stryCov_9fa48("430"), last?.to)) === (stryMutAct_9fa48("431") ? bucket.from + 1n : (stryCov_9fa48("431"), bucket.from - 1n)))) && (stryMutAct_9fa48("434") ? last.events + bucket.events > maxEvents : stryMutAct_9fa48("433") ? last.events + bucket.events < maxEvents : stryMutAct_9fa48("432") ? true : (stryCov_9fa48("432", "433", "434"), (stryMutAct_9fa48("435") ? last.events - bucket.events : (stryCov_9fa48("435"), last.events + bucket.events)) <= maxEvents)));
        if (stryMutAct_9fa48("438") ? false : stryMutAct_9fa48("437") ? true : stryMutAct_9fa48("436") ? fits : (stryCov_9fa48("436", "437", "438"), !fits)) joined.push(bucket);else joined[stryMutAct_9fa48("439") ? joined.length + 1 : (stryCov_9fa48("439"), joined.length - 1)] = stryMutAct_9fa48("440") ? {} : (stryCov_9fa48("440"), {
          ...last,
          to: bucket.to,
          events: stryMutAct_9fa48("441") ? last.events - bucket.events : (stryCov_9fa48("441"), last.events + bucket.events)
        });
      }
    }
    return joined;
  }
}

/**
 * Finds the ids that only one of the tables has. Missing ids become one range as long as the destination has
 * no id between them; otherwise ids that are far apart would be a range each.
 */
export function compareIds(source: readonly IdRange[], destination: readonly IdRange[]) {
  if (stryMutAct_9fa48("442")) {
    {}
  } else {
    stryCov_9fa48("442");
    const missing = subtract(source, destination);
    return stryMutAct_9fa48("443") ? {} : (stryCov_9fa48("443"), {
      missing: joinAcrossHoles(missing, destination),
      extra: subtract(destination, source)
    });
  }
}
function joinAcrossHoles(missing: readonly IdRange[], present: readonly IdRange[]): IdRange[] {
  if (stryMutAct_9fa48("444")) {
    {}
  } else {
    stryCov_9fa48("444");
    const joined: IdRange[] = stryMutAct_9fa48("445") ? ["Stryker was here"] : (stryCov_9fa48("445"), []);
    let next = 0;
    for (const range of missing) {
      if (stryMutAct_9fa48("446")) {
        {}
      } else {
        stryCov_9fa48("446");
        const last = joined.at(stryMutAct_9fa48("447") ? +1 : (stryCov_9fa48("447"), -1));
        while (stryMutAct_9fa48("449") ? last !== undefined || (present[next]?.from ?? range.to) <= last.to : stryMutAct_9fa48("448") ? false : (stryCov_9fa48("448", "449"), (stryMutAct_9fa48("451") ? last === undefined : stryMutAct_9fa48("450") ? true : (stryCov_9fa48("450", "451"), last !== undefined)) && (stryMutAct_9fa48("454") ? (present[next]?.from ?? range.to) > last.to : stryMutAct_9fa48("453") ? (present[next]?.from ?? range.to) < last.to : stryMutAct_9fa48("452") ? true : (stryCov_9fa48("452", "453", "454"), (stryMutAct_9fa48("455") ? present[next]?.from && range.to : (stryCov_9fa48("455"), (stryMutAct_9fa48("456") ? present[next].from : (stryCov_9fa48("456"), present[next]?.from)) ?? range.to)) <= last.to)))) stryMutAct_9fa48("457") ? next -= 1 : (stryCov_9fa48("457"), next += 1);
        const isBetween = stryMutAct_9fa48("461") ? (present[next]?.from ?? range.to) >= range.from : stryMutAct_9fa48("460") ? (present[next]?.from ?? range.to) <= range.from : stryMutAct_9fa48("459") ? false : stryMutAct_9fa48("458") ? true : (stryCov_9fa48("458", "459", "460", "461"), (stryMutAct_9fa48("462") ? present[next]?.from && range.to : (stryCov_9fa48("462"), (stryMutAct_9fa48("463") ? present[next].from : (stryCov_9fa48("463"), present[next]?.from)) ?? range.to)) < range.from);
        if (stryMutAct_9fa48("466") ? last === undefined && isBetween : stryMutAct_9fa48("465") ? false : stryMutAct_9fa48("464") ? true : (stryCov_9fa48("464", "465", "466"), (stryMutAct_9fa48("468") ? last !== undefined : stryMutAct_9fa48("467") ? false : (stryCov_9fa48("467", "468"), last === undefined)) || isBetween)) joined.push(range);else joined[stryMutAct_9fa48("469") ? joined.length + 1 : (stryCov_9fa48("469"), joined.length - 1)] = stryMutAct_9fa48("470") ? {} : (stryCov_9fa48("470"), {
          from: last.from,
          to: range.to
        });
      }
    }
    return joined;
  }
}
function most(a = 0n, b = 0n): bigint {
  if (stryMutAct_9fa48("471")) {
    {}
  } else {
    stryCov_9fa48("471");
    return (stryMutAct_9fa48("475") ? a <= b : stryMutAct_9fa48("474") ? a >= b : stryMutAct_9fa48("473") ? false : stryMutAct_9fa48("472") ? true : (stryCov_9fa48("472", "473", "474", "475"), a > b)) ? a : b;
  }
}
function byBucket(buckets: readonly Bucket[]): Map<bigint, Bucket> {
  if (stryMutAct_9fa48("476")) {
    {}
  } else {
    stryCov_9fa48("476");
    return new Map(buckets.map(stryMutAct_9fa48("477") ? () => undefined : (stryCov_9fa48("477"), bucket => stryMutAct_9fa48("478") ? [] : (stryCov_9fa48("478"), [bucket.bucket, bucket]))));
  }
}
function sameIds(a: Bucket | undefined, b: Bucket | undefined): boolean {
  if (stryMutAct_9fa48("479")) {
    {}
  } else {
    stryCov_9fa48("479");
    return stryMutAct_9fa48("482") ? a?.count === b?.count || a?.idSum === b?.idSum : stryMutAct_9fa48("481") ? false : stryMutAct_9fa48("480") ? true : (stryCov_9fa48("480", "481", "482"), (stryMutAct_9fa48("484") ? a?.count !== b?.count : stryMutAct_9fa48("483") ? true : (stryCov_9fa48("483", "484"), (stryMutAct_9fa48("485") ? a.count : (stryCov_9fa48("485"), a?.count)) === (stryMutAct_9fa48("486") ? b.count : (stryCov_9fa48("486"), b?.count)))) && (stryMutAct_9fa48("488") ? a?.idSum !== b?.idSum : stryMutAct_9fa48("487") ? true : (stryCov_9fa48("487", "488"), (stryMutAct_9fa48("489") ? a.idSum : (stryCov_9fa48("489"), a?.idSum)) === (stryMutAct_9fa48("490") ? b.idSum : (stryCov_9fa48("490"), b?.idSum)))));
  }
}