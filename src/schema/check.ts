import { inOrder } from '../common/in-order.js';
import { type Finding, OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { readCatalog } from './catalog.js';
import { destinationProblems, sourceProblems, tableProblems, tableTypeOf } from './catalog-problems.js';
import type { TableType } from './objects.js';
import { copyProblems, inOrderOnly, type Problem, readRowChangers, repairProblems } from './row-changers.js';
import { refuseRowSecurity } from './row-security.js';

/** @throws OperatorError listing everything that a source must have and this database lacks. */
export async function checkSource(connection: Connection): Promise<void> {
  await inOrder([checkSourceObjects(connection), refuseRowSecurity(connection)]);
}

/** As `checkSource`, but for a command that reads no events. */
export async function checkSourceObjects(connection: Connection): Promise<void> {
  refuse(connection, 'is not an event source', sourceProblems(await readCatalog(connection)));
}

/** Of which kind a database is: a source has objects that no destination has. */
export async function readTableType(connection: Connection): Promise<TableType> {
  return tableTypeOf(await readCatalog(connection));
}

/** As `checkDestination`, but for a command that reads and writes no events. */
export async function checkDestinationObjects(connection: Connection): Promise<void> {
  const catalog = { ...(await readCatalog(connection)), maySelect: true, mayInsert: true };
  refuse(connection, 'cannot be a destination', destinationProblems(catalog));
}

/**
 * Checks a destination. Sends several queries at the same time, so the session should pipeline.
 * @returns names of triggers and indexes that must see the rows in order, one transaction after the other.
 * @throws OperatorError listing what the destination lacks, which objects only a source may have, and which
 *   triggers could change rows.
 */
export async function checkDestination(connection: Connection): Promise<string[]> {
  const [, , changers] = await inOrder([
    readCatalog(connection).then((catalog) =>
      refuse(connection, 'cannot be a destination', destinationProblems(catalog)),
    ),
    refuseRowSecurity(connection),
    readRowChangers(connection),
  ]);
  refuseChangers(connection, 'cannot be a destination', copyProblems(changers));
  return inOrderOnly(changers);
}

/**
 * @throws OperatorError as `checkDestination`, and also if a trigger or rule could change the effect of an
 *   UPDATE.
 */
export async function checkRepairable(connection: Connection): Promise<void> {
  await checkDestination(connection);
  refuseChangers(connection, 'cannot be repaired', repairProblems(await readRowChangers(connection)));
}

/** @throws OperatorError listing why `events` is no table of events, in a source or a destination. */
export async function checkEventsTable(connection: Connection): Promise<void> {
  const [catalog, rowSecurity] = await Promise.allSettled([
    readCatalog(connection),
    refuseRowSecurity(connection),
  ]);
  if (catalog.status === 'rejected') throw catalog.reason;
  refuse(connection, 'has no table of events', tableProblems(catalog.value));
  if (rowSecurity.status === 'rejected') throw rowSecurity.reason;
}

function refuse({ where }: Connection, what: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const problems = findings.map(({ problem }) => problem).join('; ');
  throw new OperatorError(`Database ${where} ${what}: ${problems}.`, {
    findings,
    hint: 'Create the database with slate-init-db, grant what docs/operations.md lists under "Rights", or correct the configuration. Nothing was written.',
  });
}

/** How many problems are named. A table with many partitions could have hundreds. */
const PROBLEMS_NAMED = 10;

function refuseChangers({ where }: Connection, what: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const named = problems.slice(0, PROBLEMS_NAMED);
  const others = problems.length - named.length;
  const more = others > 0 ? `; and ${others} more` : '';
  throw new OperatorError(`Database ${where} ${what}: ${named.map(({ text }) => text).join('; ')}${more}.`, {
    findings: named.map(({ text, mend }) => ({ problem: text, mend: [mend] })),
    hint: `Run in this database: ${named.map(({ mend }) => mend).join(' ')} AFTER triggers do not matter. Nothing was written.`,
  });
}
