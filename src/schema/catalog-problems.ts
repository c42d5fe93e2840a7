/** What is wrong with a database according to its catalog, and the statements that mend it. */
import pg from 'pg';
import type { Finding } from '../common/operator-error.js';
import type { Catalog, CatalogObject } from './catalog.js';
import { EVENTS_COLUMNS, SOURCE_ONLY_OBJECTS, type SourceOnlyObject, type TableType } from './objects.js';
import { eventsTableSql, sourceObjectSql } from './sql-files.js';

/** Of which kind a database is: a source has objects that no destination has. */
export function tableTypeOf(catalog: Catalog): TableType {
  return SOURCE_ONLY_OBJECTS.some((object) => objectsOf(catalog, object).length > 0)
    ? 'source'
    : 'destination';
}

/** The reasons why a database is no source; empty if it is one. */
export function sourceProblems(catalog: Catalog): Finding[] {
  const wanted = SOURCE_ONLY_OBJECTS.filter(({ since1 }) => !since1);
  // A trigger can be created only when its function is there.
  const functionsFirst = wanted.toSorted(
    (a, b) => Number(a.kind === 'trigger') - Number(b.kind === 'trigger'),
  );
  return [
    ...tableProblems(catalog),
    ...functionsFirst.flatMap((object) => sourceObjectProblems(catalog, object)),
  ];
}

function sourceObjectProblems(catalog: Catalog, object: SourceOnlyObject): Finding[] {
  const [found, { kind, name }] = [objectsOf(catalog, object), object];
  if (found.length === 1) return [];
  if (found.length === 0) return [finding(`${kind} "${name}" is missing`, sourceObjectSql(name))];
  return [finding(`${kind} "${name}" must exist once, found ${found.length}`)];
}

/**
 * The reasons why a database is no destination; empty if it is one. A database with the functions of a source
 * is none.
 */
export function destinationProblems(catalog: Catalog): Finding[] {
  const { columns, mayInsert, role } = catalog;
  const grant = `GRANT INSERT ON public.events TO ${role};`;
  return [
    ...tableProblems(catalog),
    ...(columns.length === 0 || mayInsert
      ? []
      : [finding('the role may not INSERT into table "events"', grant)]),
    ...SOURCE_ONLY_OBJECTS.flatMap((object) => surplusProblems(catalog, object)),
  ];
}

/** Whoever configured a source as a destination must not be told to drop what makes it a source. */
function surplusProblems(catalog: Catalog, object: SourceOnlyObject): Finding[] {
  const found = objectsOf(catalog, object);
  if (found.length === 0) return [];
  const isSource = sourceProblems(catalog).length === 0;
  const drops = found.map(({ kind, inFull }) => `DROP ${kind.toUpperCase()} ${inFull};`);
  return [finding(`${object.kind} "${object.name}" belongs to a source only`, ...(isSource ? [] : drops))];
}

/** Kinds of relation that have columns but are no table. */
const NO_TABLE: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

/** The reasons why `events` is no table of events; empty if it is one. */
export function tableProblems(catalog: Catalog): Finding[] {
  const { kind, columns, heirs, maySelect, mayUse, role } = catalog;
  if (!mayUse)
    return [finding('the role may not use schema "public"', `GRANT USAGE ON SCHEMA public TO ${role};`)];
  const other = NO_TABLE[kind ?? ''];
  if (other !== undefined) return [finding(`"events" is ${other}, must be a table`)];
  if (columns.length === 0) return [finding('table "events" is missing', eventsTableSql())];
  const grant = `GRANT SELECT ON public.events TO ${role};`;
  return [
    ...columnProblems(columns),
    ...primaryKeyProblems(catalog),
    ...heirs.map(heirProblem),
    ...(maySelect ? [] : [finding('the role may not SELECT from table "events"', grant)]),
  ];
}

function primaryKeyProblems({ primaryKey, primaryKeyName }: Catalog): Finding[] {
  if (primaryKey.join() === 'id') return [];
  const drop = primaryKeyName === null ? '' : `DROP CONSTRAINT ${primaryKeyName}, `;
  return [
    finding(
      'the primary key of "events" must be (id)',
      `${ALTER} ${drop}ADD CONSTRAINT events_pkey PRIMARY KEY (id);`,
    ),
  ];
}

/**
 * A SELECT from `events` returns the rows of an inheriting table too, but its primary key, its triggers and
 * COPY ignore them.
 */
function heirProblem(heir: string): Finding {
  return finding(
    `table ${heir} inherits from "events", and its rows would pass for events`,
    `ALTER TABLE ${heir} NO INHERIT public.events;`,
  );
}

const ALTER = 'ALTER TABLE public.events';
const NOT_NULL = ' not null';

function columnProblems(columns: Catalog['columns']): Finding[] {
  const typeByName = new Map(columns.map(({ name, type }) => [name, type]));
  const wrong = EVENTS_COLUMNS.flatMap((column) => columnProblem(column, typeByName.get(column.name)));
  const known = new Set<string>(EVENTS_COLUMNS.map(({ name }) => name));
  const unexpected = columns.filter(({ name }) => !known.has(name));
  return [
    ...wrong,
    ...unexpected.map(({ name }) =>
      finding(`column "${name}" is unexpected`, `${ALTER} DROP COLUMN ${pg.escapeIdentifier(name)};`),
    ),
  ];
}

/** @param found its type, with ` not null` if it is; undefined if there is none. */
function columnProblem(
  { name, type }: (typeof EVENTS_COLUMNS)[number],
  found: string | undefined,
): Finding[] {
  const wanted = `${type}${NOT_NULL}`;
  if (found === wanted) return [];
  if (found === undefined)
    return [finding(`column "${name}" is missing`, `${ALTER} ADD COLUMN ${name} ${type} NOT NULL;`)];
  const changes = [
    ...(found.replace(NOT_NULL, '') === type
      ? []
      : [`ALTER COLUMN ${name} TYPE ${type} USING ${name}::${type}`]),
    ...(found.endsWith(NOT_NULL) ? [] : [`ALTER COLUMN ${name} SET NOT NULL`]),
  ];
  return [finding(`column "${name}" is "${found}", must be "${wanted}"`, `${ALTER} ${changes.join(', ')};`)];
}

function objectsOf(catalog: Catalog, { kind, name }: SourceOnlyObject): CatalogObject[] {
  return catalog.objects.filter((object) => object.kind === kind && object.name === name);
}

function finding(problem: string, ...mend: readonly string[]): Finding {
  return { problem, mend };
}
