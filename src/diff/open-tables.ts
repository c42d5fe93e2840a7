import { ConfigurationError, OperatorError } from '../lifecycle/operator-error.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import type { DatabaseIdentity } from '../schema/identity.js';
import { DIGEST_METHODS, type DigestMethod } from './digest-sql.js';
import { EventsTable, type OpenOptions, type TableExtent } from './events-table.js';

/** An open table and what was found out about it. */
export interface OpenTable {
  readonly table: EventsTable;
  readonly extent: TableExtent;
  readonly identity: DatabaseIdentity;
  /** For each method what the server makes of the same few events. */
  readonly probes: Readonly<Record<DigestMethod, string | undefined>>;
}

/** The left table and those to compare with it; those that could not be opened say why. Disposing closes them. */
export interface OpenTables extends AsyncDisposable {
  readonly left: OpenTable;
  readonly rights: readonly PromiseSettledResult<OpenTable>[];
}

/** @throws OperatorError when the left table cannot be opened, or two servers cannot be compared. */
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
    const checked = others.map((other) => refuseSameDatabase(first.value, other));
    agreeOnMethod(
      [first, ...checked].flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    );
    return { left: first.value, rights: checked, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(params: ConnectionParams, options: OpenOptions): Promise<OpenTable> {
  const table = await EventsTable.open(params, options);
  try {
    const [identity, extent] = [await table.identity(), await table.extent()];
    const probes = { hash: await table.probe('hash'), sha256: await table.probe('sha256') };
    return { table, identity, extent, probes };
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
    hint: 'A table is always equal to itself: correct the configuration.',
  });
  return { status: 'rejected', reason };
}

/** Makes all tables use the fastest way of digesting that their servers compute alike. */
function agreeOnMethod(tables: readonly OpenTable[]): void {
  const method = DIGEST_METHODS.find((each) => new Set(tables.map(({ probes }) => probes[each])).size === 1);
  if (method !== undefined) {
    for (const { table } of tables) table.method = method;
    return;
  }
  const places = tables.map(({ table }) => table.where).join(', ');
  throw new OperatorError(`These servers do not make the same of the same event: ${places}.`, {
    hint: 'Can both databases hold the same text? Compare their encodings.',
  });
}
