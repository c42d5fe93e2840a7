// @ts-nocheck
import { inOrder } from '../../common/in-order.js';
import { DivergenceError } from '../../common/operator-error.js';
import type { Fingerprint } from '../../events/fingerprint.js';
import type { Connection } from '../../pg/connection.js';
import { type CopyPlan, planCopy } from '../../plan/copy-plan.js';
import type { Extent } from '../../plan/missing-ranges.js';
import { readExtent } from '../../plan/read-extent.js';
import { checkDestination } from '../../schema/check.js';
import type { EventSource } from '../../source/event-source.js';
import { readWaitingList, type WaitingList } from '../indexes/waiting-list.js';
import { guardAgainstDivergence, readLatest, UNKNOWN_TO_SOURCE, whereTheyPart } from './divergence-guard.js';

/** Result of a validation: what the destination holds and what it is missing. */
export interface Validated {
  readonly source: Extent;
  readonly destination: Extent;
  readonly plan: CopyPlan;
  /** The destination's last event; absent when it is empty. */
  readonly last: Fingerprint | undefined;
  /** Names of triggers and indexes that must see the rows in order. Empty: lanes may be used. */
  readonly inOrderOnly: readonly string[];
  /** Indexes that an earlier run has deferred. */
  readonly waiting: WaitingList;
}

/** Answers of a destination about its objects and events. */
export type Look = Awaited<ReturnType<typeof lookAt>>;

/**
 * Asks a destination about its objects and events, with all queries at once. @throws OperatorError if it is
 * no destination.
 */
export function lookAt(destination: Connection) {
  return inOrder([
    checkDestination(destination),
    readWaitingList(destination),
    readExtent(destination),
    readLatest(destination),
  ]);
}

/**
 * Compares a destination with the source: its events, and what is missing. Writes nothing.
 * @throws DivergenceError if its events differ from the source.
 */
export async function validateDestination(
  source: EventSource,
  destination: Connection,
  [inOrderOnly, waiting, extent, latest]: Look,
): Promise<Validated> {
  const sourceExtent = await source.extentFor(extent);
  const { plan, last } = await source.ask(async (connection) => {
    const tables = [
      { connection, extent: sourceExtent },
      { connection: destination, extent },
    ] as const;
    await refuseSurplus(...tables);
    const guarded = await guardAgainstDivergence(connection, destination, latest);
    return { plan: await planCopy(...tables), last: guarded };
  });
  refuseExtra(destination.where, plan);
  return { source: sourceExtent, destination: extent, plan, last, inOrderOnly, waiting };
}

/** @throws DivergenceError if counts or highest ids show that the destination is no copy of the source. */
async function refuseSurplus(
  source: { connection: Connection; extent: Extent },
  destination: { connection: Connection; extent: Extent },
): Promise<void> {
  const what = describeSurplus(source.extent, destination.extent);
  const { connection, extent } = destination;
  if (what === undefined || extent.ids === undefined) return;
  const last = { id: extent.ids.to, ...UNKNOWN_TO_SOURCE };
  const [first] = isAhead(source.extent, extent) ? [] : (await planCopy(source, destination)).extra;
  const equal = extent.ids.from - 1n;
  const id =
    first?.from ?? (await whereTheyPart(source.connection, connection, { equal, differing: last })).id;
  throw surplus(connection.where, `${what}. The first event that differs is ${id}`);
}

function describeSurplus(source: Extent, destination: Extent): string | undefined {
  if (destination.ids === undefined) return undefined;
  if (source.ids === undefined) return `holds ${destination.count} events, but the source is empty`;
  if (isAhead(source, destination))
    return `is ahead of the source: its last event is ${destination.ids.to}, that of the source is ${source.ids.to}`;
  if (destination.count <= source.count) return undefined;
  return `holds ${destination.count} events, but the source holds only ${source.count}`;
}

function isAhead({ ids: ours }: Extent, { ids: theirs }: Extent): boolean {
  return theirs !== undefined && (ours === undefined || theirs.to > ours.to);
}

function refuseExtra(where: string, { extra }: CopyPlan): void {
  const [first] = extra;
  if (first === undefined) return;
  throw surplus(where, `holds event ${first.from}, which the source does not have`);
}

function surplus(where: string, what: string): DivergenceError {
  return new DivergenceError(`Destination ${where} ${what}. Nothing was written.`, {
    hint: 'Check whether the source was restored, and whether this is the right database. Compare the two with slate-eventsDiff.',
  });
}

/**
 * Waits until everything that the server has committed is on disk, whatever `synchronous_commit` was. A
 * commit waits for the disk only if its transaction has written to the WAL, which a transaction id alone does
 * not do.
 */
export async function makeDurable(connection: Connection): Promise<void> {
  await connection.query(
    "BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_logical_emit_message(true, 'slate-replicator', ''); COMMIT",
  );
}
