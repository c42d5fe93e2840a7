import type { Connection } from '../pg/connection.js';
import { SOURCE_ONLY_OBJECTS, type SourceOnlyObject } from './objects.js';

/** What the catalog of a database says about the objects that matter here. */
export interface Catalog {
  /** `pg_class.relkind` of `events`; null when there is no such relation. */
  readonly kind: string | null;
  /** Columns of `events`, each type with ` not null` if it is. Empty if there is no such table. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Key columns of the primary key of `events`, in order, without included columns. */
  readonly primaryKey: readonly string[];
  /** Name of its constraint, quoted if necessary; null when there is none. */
  readonly primaryKeyName: string | null;
  /** Tables that inherit from `events` and are no partitions, with their schema, quoted if necessary. */
  readonly heirs: readonly string[];
  /** Tables, triggers of `events`, and routines of our names in schema `public`. */
  readonly objects: readonly CatalogObject[];
  /** The role of the session, quoted if necessary. */
  readonly role: string;
  readonly maySelect: boolean;
  readonly mayInsert: boolean;
  /** Whether the role may use schema `public`. If not, the rest is as if the table were missing. */
  readonly mayUse: boolean;
}

/** An overloaded routine is there several times. */
export interface CatalogObject {
  readonly kind: SourceOnlyObject['kind'];
  readonly name: string;
  /** As DROP names it: a table with its schema, a routine with its argument types. */
  readonly inFull: string;
}

/** Without USAGE on the schema, `to_regclass` fails, even while the server plans the statement. */
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
         (SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = events.oid AND contype = 'p') AS "primaryKeyName",
         ARRAY(SELECT json_build_object('kind', kind, 'name', name, 'inFull', "inFull") FROM (
                 SELECT 'trigger' AS kind, tgname AS name, quote_ident(tgname) || ' ON public.events' AS "inFull"
                   FROM pg_trigger WHERE tgrelid = events.oid AND NOT tgisinternal
                 UNION ALL SELECT 'table', relname, format('public.%I', relname)
                   FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                 UNION ALL SELECT 'routine', proname, format('public.%I(%s)', proname, pg_get_function_identity_arguments(oid))
                   FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS found
                WHERE name IN (${SOURCE_ONLY_OBJECTS.map(({ name }) => `'${name}'`).join(', ')})) AS objects,
         quote_ident(current_user) AS role,
         COALESCE(has_table_privilege(events.oid, 'SELECT'), false) AS "maySelect",
         COALESCE(has_table_privilege(events.oid, 'INSERT'), false) AS "mayInsert",
         may_use AS "mayUse"
    FROM (SELECT may_use, to_regclass(CASE WHEN may_use THEN 'public.events' END)::oid AS oid
            FROM has_schema_privilege('public', 'USAGE') AS may_use) AS events`;

/**
 * Reads everything that the checks need in one query. It reads pg_catalog, because information_schema hides
 * triggers from a role that may only SELECT.
 */
export async function readCatalog(connection: Connection): Promise<Catalog> {
  const [row] = await connection.query<{ catalog: string }>(
    `SELECT to_json(c)::text AS catalog FROM (${CATALOG_SQL}) AS c`,
  );
  return JSON.parse(row?.catalog ?? '{}') as Catalog;
}
