import { DivergenceError, OperatorError } from '../common/operator-error.js';
import { orAborted } from '../common/or-aborted.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { errorCode } from '../pg/error-code.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { INSUFFICIENT_PRIVILEGE } from '../pg/sqlstate.js';
import { planCopy } from '../plan/copy-plan.js';
import type { Extent } from '../plan/missing-ranges.js';
import { readExtent, readLastId } from '../plan/read-extent.js';
import { checkDestination } from '../schema/check.js';
import { readLockHolders } from '../schema/lock-holders.js';
import { readWaitingList, WAITING_TABLE, type WaitingList } from '../schema/waiting-list.js';
import { type LookSession, openSession } from './open-session.js';
import type { SourceView } from './source-view.js';
import type { Behind, DestinationStatus, Gaps } from './status-report.js';

export interface AskOptions {
  readonly source: SourceView;
  readonly session: LookSession;
  /** Whether to count the events, and to look for gaps. */
  readonly counts: boolean;
  /** Says what an error means. */
  readonly explain: (error: unknown, params: ConnectionParams) => OperatorError;
}

/** A source that takes longer to log in holds up no destination: what they hold is worth knowing too. */
const SOURCE_FIRST_MS = 1_000;

/** Asks one destination, and the source about it. What cannot be found out is part of the answer. */
export async function askDestination(
  params: ConnectionParams,
  options: AskOptions,
): Promise<DestinationStatus> {
  let known: DestinationStatus = { params, indexesToBuild: [], problems: [] };
  try {
    await options.source.settled(SOURCE_FIRST_MS);
    await using connection = await openSession(params, options.session);
    const { ids, ...found } = await lookAt(connection, options.counts);
    known = { ...known, ...found };
    if (ids === undefined) return known;
    const { surplus, ...measured } = await measure(connection, ids, options);
    return {
      ...known,
      ...measured,
      problems: [...known.problems, ...(surplus === undefined ? [] : [surplus])],
    };
  } catch (error) {
    return { ...known, trouble: options.explain(error, params) };
  }
}

/** Last id of a destination, and its count and ids if its events were counted. */
interface Ids {
  readonly to: bigint | undefined;
  readonly extent?: Extent | undefined;
}

/** Sends all queries at the same time. Where the ids are missing, `problems` says why. */
async function lookAt(connection: Connection, counts: boolean) {
  const [checked, waiting, holders, read] = await Promise.allSettled([
    checkDestination(connection),
    readDeferredIndexes(connection),
    readLockHolders(connection),
    readIds(connection, counts),
  ]);
  const problem = checked.status === 'rejected' ? problemOf(checked.reason, connection) : undefined;
  if (holders.status === 'rejected') throw holders.reason;
  if (read.status === 'rejected' && problem === undefined) throw read.reason;
  const list = waiting.status === 'fulfilled' ? waiting.value : undefined;
  const ids = read.status === 'fulfilled' ? read.value : undefined;
  return {
    problems: [problem, list?.unused].filter((each) => each !== undefined),
    indexesToBuild: list?.indexes.map(({ name }) => name) ?? [],
    holders: holders.value,
    maxId: ids?.to,
    ids,
  };
}

/** @returns what keeps a replicator from copying. @throws what keeps this command from finding out. */
function problemOf(error: unknown, { params }: Connection): OperatorError {
  if (error instanceof OperatorError) return error;
  if (errorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
  return explainDatabaseError(error, { doing: 'look at', params });
}

/** A database that defers no indexes has no list, and reading one costs more than to see that. */
async function readDeferredIndexes(connection: Connection): Promise<WaitingList> {
  const [row] = await connection.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
    WAITING_TABLE,
  ]);
  return row?.exists ? readWaitingList(connection) : { indexes: [] };
}

async function readIds(connection: Connection, counts: boolean): Promise<Ids> {
  if (!counts) return { to: await readLastId(connection) };
  const extent = await readExtent(connection);
  return { to: extent.ids?.to, extent };
}

/** Compares the ids of a destination with those of the source, which is asked after it. */
async function measure(
  connection: Connection,
  { to, extent }: Ids,
  { source, session }: AskOptions,
): Promise<Measured> {
  const answer = await orAborted(source.askAbout(to), session.signal).catch(() => undefined);
  if (answer === undefined) return {};
  const { tail, countBelow, maxId } = answer;
  if (to !== undefined && (maxId === undefined || to > maxId))
    return { surplus: isAhead(connection, to, maxId) };
  if (extent === undefined) return { behind: tail };
  if (extent.count === countBelow) return { behind: tail, gaps: NO_GAPS };
  return findGaps({ connection, extent, tail }, source);
}

interface Measured extends Pick<DestinationStatus, 'behind' | 'gaps'> {
  /** Set if the destination has events that the source does not have. */
  readonly surplus?: DivergenceError | undefined;
}

const NO_GAPS: Gaps = { events: 0n, ranges: [] };

/** Compares the ids themselves, because the counts say that some are missing or too many. */
async function findGaps(
  { connection, extent, tail }: { connection: Connection; extent: Extent; tail: Behind },
  source: SourceView,
): Promise<Measured> {
  const ofSource = await source.connection();
  const { gaps, extra } = await planCopy(
    { connection: ofSource, extent: await readExtent(ofSource) },
    { connection, extent },
  );
  const [first] = extra;
  const surplus = first === undefined ? undefined : holdsTooMuch(connection, first.from);
  if (gaps.length === 0) return { behind: tail, gaps: NO_GAPS, surplus };
  const missing = await source.lookInto(gaps);
  return {
    behind: {
      events: missing.events + tail.events,
      seconds: Math.max(missing.seconds, tail.seconds),
    },
    gaps: { events: missing.events, ranges: gaps },
    surplus,
  };
}

function isAhead({ where }: Connection, to: bigint, maxId: bigint | undefined): DivergenceError {
  const its = maxId === undefined ? 'the source is empty' : `that of the source is ${maxId}`;
  return divergence(`Destination ${where} is ahead of the source: its last event is ${to}, ${its}.`);
}

function holdsTooMuch({ where }: Connection, id: bigint): DivergenceError {
  return divergence(`Destination ${where} holds event ${id}, which the source does not have.`);
}

function divergence(message: string): DivergenceError {
  return new DivergenceError(message, {
    hint: 'Check whether the source was restored, and whether this is the right database. Compare the two with slate-eventsDiff.',
  });
}
