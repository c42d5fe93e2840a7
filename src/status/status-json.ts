import { describeError } from '../cli/describe-error.js';
import { packageVersion } from '../cli/version.js';
import type { IdRange } from '../events/id-range.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import type { LockHolder } from '../schema/lock-holders.js';
import {
  areAllWithin,
  type DestinationStatus,
  isWithin,
  type Limits,
  type SourceStatus,
  type StatusReport,
} from './status-report.js';

/** Gaps listed for a destination. */
const RANGES_LISTED = 20;

/** A database: its name, and where it is. */
interface JsonDatabase {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

interface JsonError {
  readonly message: string;
  readonly hint: string | null;
  /** SQL statements for this database that mend it. */
  readonly mend: readonly string[];
}

interface JsonHolder {
  readonly application: string | null;
  readonly address: string | null;
  readonly pid: number;
  readonly since: string | null;
}

/**
 * The document that `slate-status --json` prints. Ids and counts are strings, because they may be larger than
 * what a JSON reader keeps exactly. `null` stands for what is not known, or does not exist.
 */
export interface StatusDocument {
  readonly version: string;
  readonly at: string;
  /** Whether all destinations are within the limits; null if that cannot be told. */
  readonly within: boolean | null;
  readonly limits: { readonly maxLagEvents: number | null; readonly maxLagSeconds: number | null };
  readonly source: JsonDatabase & { readonly maxId: string | null; readonly error: JsonError | null };
  readonly destinations: readonly JsonDestination[];
}

interface JsonDestination extends JsonDatabase {
  readonly within: boolean | null;
  readonly maxId: string | null;
  readonly lagEvents: string | null;
  readonly lagSeconds: number | null;
  /** The missing events below `maxId`: how many, and at most 20 of the ranges they are in. */
  readonly gaps: {
    readonly events: string;
    readonly ranges: number;
    readonly first: readonly { readonly from: string; readonly to: string }[];
  } | null;
  readonly writer: JsonHolder | null;
  /** Whether the configuration pauses it. Then it is asked, and counts, only if `--destination` names it. */
  readonly paused: boolean;
  /** Who keeps every replicator away. */
  readonly heldBy: JsonHolder | null;
  readonly indexesToBuild: readonly string[];
  /** What keeps a replicator from copying to this database. */
  readonly problems: readonly JsonError[];
  /** Why something could not be found out. */
  readonly error: JsonError | null;
}

export function statusDocument(report: StatusReport): StatusDocument {
  const { at, source, destinations, limits } = report;
  return {
    version: packageVersion(),
    at: at.toISOString(),
    within: areAllWithin(report) ?? null,
    limits: { maxLagEvents: limits.maxLagEvents ?? null, maxLagSeconds: limits.maxLagSeconds ?? null },
    source: jsonSource(source),
    destinations: destinations.map((destination) => jsonDestination(destination, limits)),
  };
}

function jsonSource({ params, maxId, trouble }: SourceStatus): StatusDocument['source'] {
  return { ...jsonDatabase(params), maxId: textOf(maxId), error: jsonTrouble(trouble) };
}

function jsonDestination(destination: DestinationStatus, limits: Limits): JsonDestination {
  const { params, maxId, behind, gaps, holders, indexesToBuild, problems, trouble } = destination;
  return {
    ...jsonDatabase(params),
    within: isWithin(destination, limits) ?? null,
    maxId: textOf(maxId),
    lagEvents: textOf(behind?.events),
    lagSeconds: behind === undefined ? null : Math.round(behind.seconds * 1000) / 1000,
    gaps: gaps === undefined ? null : jsonGaps(gaps),
    writer: jsonHolder(holders?.writer),
    paused: params.paused === true,
    heldBy: jsonHolder(holders?.hold),
    indexesToBuild,
    problems: problems.map(jsonError),
    error: jsonTrouble(trouble),
  };
}

function jsonDatabase(params: ConnectionParams): JsonDatabase {
  const { host, port, databaseName } = params;
  return { name: nameOf(params), host, port, database: databaseName };
}

function jsonGaps({ events, ranges }: { readonly events: bigint; readonly ranges: readonly IdRange[] }) {
  const first = ranges
    .slice(0, RANGES_LISTED)
    .map(({ from, to }) => ({ from: String(from), to: String(to) }));
  return { events: String(events), ranges: ranges.length, first };
}

function jsonHolder(holder: LockHolder | undefined): JsonHolder | null {
  if (holder === undefined) return null;
  const { application = null, address = null, pid, since = null } = holder;
  return { application, address, pid, since };
}

function jsonTrouble(error: unknown): JsonError | null {
  return error === undefined ? null : jsonError(error);
}

function jsonError(error: unknown): JsonError {
  const { message, hint = null, mend } = describeError(error);
  return { message, hint, mend };
}

function textOf(value: bigint | undefined): string | null {
  return value === undefined ? null : String(value);
}
