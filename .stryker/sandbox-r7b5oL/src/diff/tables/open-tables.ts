// @ts-nocheck
import { ConfigurationError, OperatorError } from '../../common/operator-error.js';
import { unseen } from '../../common/unseen.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import type { DatabaseIdentity } from '../../schema/identity.js';
import type { DigestMethod } from './digest-sql.js';
import { EventsTable, type OpenOptions, type TableExtent } from './events-table.js';

/** An open table and what was found out about it. */
export interface OpenTable {
  readonly table: EventsTable;
  readonly extent: TableExtent;
  readonly identity: DatabaseIdentity;
  /** For each method, the digest that the server computes for a few fixed events. */
  readonly probes: Readonly<Record<DigestMethod, string | undefined>>;
}

/** The left table and those to compare with it, or why they could not be opened. Disposing closes them. */
export interface OpenTables extends AsyncDisposable {
  readonly left: OpenTable;
  readonly rights: readonly PromiseSettledResult<OpenTable>[];
}

/** @throws OperatorError when the left table cannot be opened. */
export async function openTables(
  left: ConnectionParams,
  rights: readonly ConnectionParams[],
  options: OpenOptions,
): Promise<OpenTables> {
  const all = await Promise.allSettled([left, ...rights].map((params) => open(params, options)));
  const close = () => closeAll(all);
  try {
    const [first, ...others] = all;
    if (first?.status !== 'fulfilled') throw first?.reason;
    const different = others.map((other) => refuseSameDatabase(first.value, other));
    const comparable = agreeOnMethod(first.value, different);
    return { left: first.value, rights: comparable, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(params: ConnectionParams, options: OpenOptions): Promise<OpenTable> {
  const table = await EventsTable.connect(params, options);
  try {
    const checking = table.check();
    const asked = [table.identity(), table.extent(), table.probe('hash'), table.probe('sha256')] as const;
    const answering = unseen(Promise.all(asked));
    // If the database holds no events table, only that error matters.
    await checking;
    const [identity, extent, hash, sha256] = await answering;
    return { table, identity, extent, probes: { hash, sha256 } };
  } catch (error) {
    await table[Symbol.asyncDispose]();
    throw error;
  }
}

async function closeAll(all: readonly PromiseSettledResult<OpenTable>[]): Promise<void> {
  const opened = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value.table] : []));
  await Promise.all(opened.map((table) => table[Symbol.asyncDispose]()));
}

function refuseSameDatabase(
  left: OpenTable,
  right: PromiseSettledResult<OpenTable>,
): PromiseSettledResult<OpenTable> {
  if (right.status === 'rejected') return right;
  const [ours, theirs] = [left.identity, right.value.identity];
  if (ours.where !== theirs.where && (ours.key === undefined || ours.key !== theirs.key)) return right;
  const reason = new ConfigurationError(`${ours.where} and ${theirs.where} are the same table.`, {
    hint: 'A table always equals itself. Correct the configuration.',
  });
  return { status: 'rejected', reason };
}

/**
 * Chooses the fastest method of digesting that the servers compute alike. A server that computes differently
 * does not affect the others.
 * @returns `rights`, with a reason for each table that cannot be compared with the left one.
 */
export function agreeOnMethod(
  left: OpenTable,
  rights: readonly PromiseSettledResult<OpenTable>[],
): PromiseSettledResult<OpenTable>[] {
  const isAlike = (method: DigestMethod, right: PromiseSettledResult<OpenTable>) =>
    right.status === 'rejected' || right.value.probes[method] === left.probes[method];
  const method = rights.every((right) => isAlike('hash', right)) ? 'hash' : 'sha256';
  left.table.method = method;
  return rights.map((right) => {
    if (right.status === 'rejected') return right;
    if (!isAlike(method, right)) return { status: 'rejected', reason: cannotCompare(left, right) };
    right.value.table.method = method;
    return right;
  });
}

function cannotCompare(left: OpenTable, right: PromiseFulfilledResult<OpenTable>): OperatorError {
  const [ours, theirs] = [left.table.where, right.value.table.where];
  return new OperatorError(`${ours} and ${theirs} compute different digests for the same events.`, {
    hint: 'Both servers must be PostgreSQL, version 12 or later.',
  });
}
