/**
 * Finds triggers, rules and indexes that act on the rows written to a destination. The catalogs show them to
 * every role. `session_replication_role` and the state of a trigger or rule decide what fires in a session
 * (manual, "ALTER TABLE … ENABLE REPLICA TRIGGER").
 */
// @ts-nocheck

import pg from 'pg';
import type { Connection } from '../pg/connection.js';

/** A trigger or rule, or an index, of `events` or one of its partitions. */
interface OnTable {
  readonly name: string;
  /** Quoted, with its schema. */
  readonly table: string;
}

interface RowTrigger extends OnTable {
  readonly onInsert: boolean;
  readonly onUpdate: boolean;
}

/** The triggers, rules and indexes that act on written rows, or depend on their order. */
export interface RowChangers {
  /** BEFORE ROW triggers: they can drop and change rows. */
  readonly rowTriggers: readonly RowTrigger[];
  /** Rules for UPDATE, which can do anything instead. Rules for INSERT do not matter: COPY ignores them. */
  readonly rules: readonly OnTable[];
  /** Other triggers that fire for INSERT. They see the rows and cannot change them. */
  readonly onlookers: readonly OnTable[];
  /** Other unique indexes and exclusion constraints: they refuse a row because of another one. */
  readonly exclusive: readonly OnTable[];
}

const FIRES = (enabled: string) =>
  `${enabled} IN ('A', CASE current_setting('session_replication_role') WHEN 'replica' THEN 'R' ELSE 'O' END)`;

/**
 * Bits of `pg_trigger.tgtype` (src/include/catalog/pg_trigger.h): 1 ROW, 2 BEFORE, 4 INSERT, 16 UPDATE. A row
 * trigger of a partitioned table fires as copies on the partitions. The copies have its name, and are
 * disabled with it.
 */
const ROW_CHANGERS_SQL = `
  WITH tables AS (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = 'public.events'::regclass
        OR c.oid IN (SELECT relid FROM pg_partition_tree('public.events') WHERE isleaf)
  ), fire AS (
    SELECT t.tgname AS name, tables.name AS "table", tables.relkind, t.tgtype & 3 = 3 AS "beforeRow",
           t.tgtype & 4 <> 0 AS "onInsert", t.tgtype & 16 <> 0 AS "onUpdate", t.tgisinternal
      FROM pg_trigger t JOIN tables ON tables.oid = t.tgrelid WHERE ${FIRES('t.tgenabled')}
  ), row_triggers AS (
    SELECT DISTINCT leaf.name, COALESCE(root."table", leaf."table") AS "table", leaf."onInsert", leaf."onUpdate"
      FROM fire AS leaf LEFT JOIN fire AS root ON root.name = leaf.name AND root.relkind = 'p'
     WHERE leaf."beforeRow" AND (leaf."onInsert" OR leaf."onUpdate") AND leaf.relkind <> 'p' ORDER BY 2, 1
  )
  SELECT ARRAY(SELECT to_json(row_triggers) FROM row_triggers) AS "rowTriggers",
         ARRAY(SELECT json_build_object('name', rulename, 'table', 'public.events')
                 FROM pg_rewrite WHERE ev_class = 'public.events'::regclass AND ev_type = '2'
                                   AND ${FIRES('ev_enabled')} ORDER BY rulename) AS rules,
         ARRAY(SELECT json_build_object('name', name, 'table', "table")
                 FROM fire WHERE NOT "beforeRow" AND "onInsert" AND NOT tgisinternal ORDER BY "table", name) AS onlookers,
         ARRAY(SELECT json_build_object('name', c.relname, 'table', tables.name)
                 FROM pg_index i JOIN tables ON tables.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
                WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary ORDER BY tables.name, c.relname) AS exclusive`;

/** Reads what acts on the rows that this session writes into `events`. */
export async function readRowChangers(connection: Connection): Promise<RowChangers> {
  const [row] = await connection.query<{ changers: string }>(
    `SELECT to_json(c)::text AS changers FROM (${ROW_CHANGERS_SQL}) AS c`,
  );
  return JSON.parse(row?.changers ?? '{}') as RowChangers;
}

/** A reason why a table would not be a faithful copy, and the statement that mends it. */
export interface Problem {
  readonly text: string;
  readonly mend: string;
}

/** Triggers that could drop or change rows written by COPY. */
export function copyProblems({ rowTriggers }: RowChangers): Problem[] {
  return rowTriggers.filter(({ onInsert }) => onInsert).map((trigger) => triggerProblem(trigger, 'inserted'));
}

/** Triggers and rules that could drop or change rows written by `slate-eventsDiff --repair`. */
export function repairProblems(changers: RowChangers): Problem[] {
  const updating = changers.rowTriggers.filter(({ onInsert, onUpdate }) => onUpdate && !onInsert);
  return [
    ...copyProblems(changers),
    ...updating.map((trigger) => triggerProblem(trigger, 'updated')),
    ...changers.rules.map(ruleProblem),
  ];
}

/**
 * Names of triggers and indexes that must see the rows in order, one transaction after the other: with
 * several lanes, two could block each other.
 */
export function inOrderOnly({ onlookers, exclusive }: RowChangers): string[] {
  return [
    ...onlookers.map(({ name, table }) => `trigger "${name}" on ${table}`),
    ...exclusive.map(({ name, table }) => `index "${name}" on ${table}`),
  ];
}

function triggerProblem({ name, table }: OnTable, done: 'inserted' | 'updated'): Problem {
  return {
    text: `trigger "${name}" on ${table} can swallow or change rows before they are ${done}`,
    mend: `ALTER TABLE ${table} DISABLE TRIGGER ${pg.escapeIdentifier(name)};`,
  };
}

function ruleProblem({ name, table }: OnTable): Problem {
  return {
    text: `rule "${name}" on ${table} can replace the update of rows with something else`,
    mend: `ALTER TABLE ${table} DISABLE RULE ${pg.escapeIdentifier(name)};`,
  };
}
