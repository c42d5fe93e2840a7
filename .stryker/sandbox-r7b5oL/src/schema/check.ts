// @ts-nocheck
import { inOrder } from '../common/in-order.js';
import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { EVENTS_COLUMNS, SOURCE_ONLY_OBJECTS, type SourceOnlyObject } from './objects.js';
import { copyProblems, inOrderOnly, type Problem, readRowChangers, repairProblems } from './row-changers.js';
import { refuseRowSecurity } from './row-security.js';

/** What the catalog of a database says about the objects that matter here. */
interface Catalog {
  /** `pg_class.relkind` of `events`; null when there is no such relation. */
  readonly kind: string | null;
  /** Columns of `events`, each type with ` not null` if it is. Empty if there is no such table. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Key columns of the primary key of `events`, in order, without included columns. */
  readonly primaryKey: readonly string[];
  /** Tables that inherit from `events` and are no partitions, with their schema, quoted if necessary. */
  readonly heirs: readonly string[];
  /**
   * Names of tables. Here and below, a name appears once per object, so an overloaded function appears
   * several times.
   */
  readonly table: readonly string[];
  /** On `events`. */
  readonly trigger: readonly string[];
  readonly routine: readonly string[];
  readonly maySelect: boolean;
  readonly mayInsert: boolean;
}

const CATALOG_SQL = `
  SELECT (SELECT relkind FROM pg_class WHERE pg_class.oid = events.oid) AS kind,
         ARRAY(SELECT json_build_object('name', attname, 'type', format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END)
                 FROM pg_attribute WHERE attrelid = events.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS columns,
         ARRAY(SELECT attname FROM pg_index i, unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS key (num, place)
                 JOIN pg_attribute a ON a.attnum = key.num
                WHERE i.indrelid = events.oid AND a.attrelid = events.oid AND i.indisprimary ORDER BY place)::text[] AS "primaryKey",
         ARRAY(SELECT format('%I.%I', n.nspname, c.relname)
                 FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE inhparent = events.oid AND NOT c.relispartition ORDER BY 1) AS heirs,
         ARRAY(SELECT tgname FROM pg_trigger WHERE tgrelid = events.oid AND NOT tgisinternal)::text[] AS trigger,
         ARRAY(SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace)::text[] AS routine,
         ARRAY(SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')::text[] AS "table",
         COALESCE(has_table_privilege(events.oid, 'SELECT'), false) AS "maySelect",
         COALESCE(has_table_privilege(events.oid, 'INSERT'), false) AS "mayInsert"
    FROM (SELECT to_regclass('public.events')::oid AS oid) AS events`;

/**
 * Reads everything that the checks need in one query. It reads pg_catalog, because information_schema hides
 * triggers from a role that may only SELECT.
 */
async function readCatalog(connection: Connection): Promise<Catalog> {
  const [row] = await connection.query<{ catalog: string }>(
    `SELECT to_json(c)::text AS catalog FROM (${CATALOG_SQL}) AS c`,
  );
  return JSON.parse(row?.catalog ?? '{}') as Catalog;
}

/** @throws OperatorError listing everything that a source must have and this database lacks. */
export async function checkSource(connection: Connection): Promise<void> {
  await inOrder([checkSourceObjects(connection), refuseRowSecurity(connection)]);
}

/** As `checkSource`, but for a command that reads no events. */
export async function checkSourceObjects(connection: Connection): Promise<void> {
  refuse(connection, 'is not an event source', sourceProblems(await readCatalog(connection)));
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

/** The reasons why a database is no source; empty if it is one. */
function sourceProblems(catalog: Catalog): string[] {
  return [
    ...tableProblems(catalog),
    ...SOURCE_ONLY_OBJECTS.filter((object) => !object.since1 && count(catalog, object) !== 1).map((object) =>
      count(catalog, object) === 0
        ? `${object.kind} "${object.name}" is missing`
        : `${object.kind} "${object.name}" must exist once, found ${count(catalog, object)}`,
    ),
  ];
}

/**
 * The reasons why a database is no destination; empty if it is one. A database with the functions of a source
 * is none.
 */
function destinationProblems(catalog: Catalog): string[] {
  return [
    ...tableProblems(catalog),
    ...(catalog.columns.length === 0 || catalog.mayInsert
      ? []
      : ['the role may not INSERT into table "events"']),
    ...SOURCE_ONLY_OBJECTS.filter((object) => count(catalog, object) > 0).map(
      ({ kind, name }) => `${kind} "${name}" belongs to a source only`,
    ),
  ];
}

/** Kinds of relation that have columns but are no table. */
const NO_TABLE: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

function tableProblems({ kind, columns, primaryKey, heirs, maySelect }: Catalog): string[] {
  const other = NO_TABLE[kind ?? ''];
  if (other !== undefined) return [`"events" is ${other}, must be a table`];
  if (columns.length === 0) return ['table "events" is missing'];
  return [
    ...columnProblems(columns),
    ...(primaryKey.join() === 'id' ? [] : ['the primary key of "events" must be (id)']),
    ...heirs.map(heirProblem),
    ...(maySelect ? [] : ['the role may not SELECT from table "events"']),
  ];
}

/**
 * A SELECT from `events` returns the rows of an inheriting table too, but its primary key, its triggers and
 * COPY ignore them.
 */
function heirProblem(heir: string): string {
  return `table ${heir} inherits from "events", and its rows would pass for events (ALTER TABLE ${heir} NO INHERIT public.events)`;
}

function columnProblems(columns: Catalog['columns']): string[] {
  const typeByName = new Map(columns.map(({ name, type }) => [name, type]));
  const wrong = EVENTS_COLUMNS.flatMap(({ name, type }) => {
    const [found, wanted] = [typeByName.get(name), `${type} not null`];
    if (found === undefined) return [`column "${name}" is missing`];
    return found === wanted ? [] : [`column "${name}" is "${found}", must be "${wanted}"`];
  });
  const known = new Set<string>(EVENTS_COLUMNS.map(({ name }) => name));
  const unexpected = columns.filter(({ name }) => !known.has(name));
  return [...wrong, ...unexpected.map(({ name }) => `column "${name}" is unexpected`)];
}

function refuse({ where }: Connection, what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new OperatorError(`Database ${where} ${what}: ${problems.join('; ')}.`, {
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
    hint: `Run in this database: ${named.map(({ mend }) => mend).join(' ')} AFTER triggers do not matter. Nothing was written.`,
  });
}

function count(catalog: Catalog, { kind, name }: SourceOnlyObject): number {
  return catalog[kind].filter((other) => other === name).length;
}
