/**
 * The list of deferred indexes: a table in the destination. Whoever can write to that table decides which SQL
 * is run. So the list is trusted only if it is a plain table of the role of this session or of the owner of
 * `events`, if nobody else may write to it, and if every definition in it is that of an index on `events`.
 */
import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';

export interface IndexDefinition {
  readonly name: string;
  /** As `pg_get_indexdef()` gives it. */
  readonly definition: string;
}

/** Name of the list, with its schema. */
export const WAITING_TABLE = 'public.slate_deferred_indexes';

/** The deferred indexes. */
export interface WaitingList {
  readonly indexes: readonly IndexDefinition[];
  /** Why a table with the name of the list is not used, and what to do about it. */
  readonly unused?: OperatorError | undefined;
}

/** What the catalogs say about the list. Reading the catalogs runs no code of other roles. */
interface Listing {
  readonly owner: string;
  readonly eventsOwner: string;
  readonly isTrusted: boolean;
  readonly isPlain: boolean;
  readonly writableByOthers: boolean;
  readonly mayRead: boolean;
  readonly mayBuild: boolean;
}

const LISTING_SQL = `
  WITH list AS (
    SELECT c.*, e.relowner AS events_owner,
           ARRAY[c.relowner, e.relowner, (SELECT oid FROM pg_roles WHERE rolname = current_user)] AS trusted
      FROM pg_class c, pg_class e WHERE c.oid = to_regclass($1) AND e.oid = 'public.events'::regclass
  ), granted AS (
    SELECT (aclexplode(relacl)).* FROM list
    UNION ALL SELECT (aclexplode(a.attacl)).* FROM list JOIN pg_attribute a ON a.attrelid = list.oid
  )
  SELECT pg_get_userbyid(relowner) AS owner, pg_get_userbyid(events_owner) AS "eventsOwner",
         relowner = ANY (trusted[2:]) AS "isTrusted",
         relkind = 'r' AND relpersistence = 'p' AND NOT relrowsecurity AND NOT relispartition
           AND NOT EXISTS (SELECT FROM pg_rewrite WHERE ev_class = list.oid)
           AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = list.oid)
           AND NOT EXISTS (SELECT FROM pg_inherits WHERE list.oid IN (inhrelid, inhparent))
           AND ARRAY(SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, atthasdef) FROM pg_attribute
                      WHERE attrelid = list.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
             = ARRAY['name text t f', 'definition text t f'] AS "isPlain",
         EXISTS (SELECT FROM granted WHERE privilege_type <> 'SELECT' AND grantee <> ALL (trusted)) AS "writableByOthers",
         has_table_privilege(oid, 'SELECT') AS "mayRead",
         pg_has_role(events_owner, 'USAGE') AND pg_has_role(relowner, 'USAGE')
           AND has_schema_privilege('public', 'CREATE') AS "mayBuild"
    FROM list`;

/** Reads the list of deferred indexes, if there is one that can be trusted. */
export async function readWaitingList(connection: Connection): Promise<WaitingList> {
  const [listing] = await connection.query<Listing>(LISTING_SQL, [WAITING_TABLE]);
  if (listing === undefined) return { indexes: [] };
  const distrust = whyNotOurs(listing);
  if (distrust !== undefined) return { indexes: [], unused: distrust };
  return listing.mayRead && listing.mayBuild
    ? readDefinitions(connection)
    : { indexes: [], unused: notAllowed(listing) };
}

/**
 * Creates the list, in the transaction that drops the indexes. Replaces an existing list, which must be
 * trusted and empty.
 */
export async function createWaitingList(
  connection: Connection,
  indexes: readonly IndexDefinition[],
): Promise<void> {
  await connection.query(`DROP TABLE IF EXISTS ${WAITING_TABLE}`);
  await connection.query(`CREATE TABLE ${WAITING_TABLE} (name text PRIMARY KEY, definition text NOT NULL)`);
  await revokeDefaultGrants(connection);
  await connection.query(`INSERT INTO ${WAITING_TABLE} SELECT * FROM unnest($1::text[], $2::text[])`, [
    indexes.map(({ name }) => name),
    indexes.map(({ definition }) => definition),
  ]);
}

/** Drops the list, when all its indexes are built. */
export async function dropWaitingList(connection: Connection): Promise<void> {
  await connection.query(`DROP TABLE IF EXISTS ${WAITING_TABLE}`);
}

/** Revokes what ALTER DEFAULT PRIVILEGES may have granted on the list. */
async function revokeDefaultGrants(connection: Connection): Promise<void> {
  const grantees = await connection.query<{ name: string }>(
    `SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS name
       FROM (SELECT relowner, (aclexplode(relacl)).grantee FROM pg_class WHERE oid = to_regclass($1)) AS acl
      WHERE grantee <> relowner`,
    [WAITING_TABLE],
  );
  if (grantees.length === 0) return;
  await connection.query(`REVOKE ALL ON ${WAITING_TABLE} FROM ${grantees.map(({ name }) => name).join()}`);
}

async function readDefinitions(connection: Connection): Promise<WaitingList> {
  const rows = await connection.query<IndexDefinition & { isIndex: boolean }>(
    `SELECT name, definition,
            starts_with(definition, format('CREATE INDEX %I ON public.events USING ', name)) AS "isIndex"
       FROM ONLY ${WAITING_TABLE} ORDER BY name`,
  );
  const other = rows.find(({ isIndex }) => !isIndex);
  if (other === undefined) return { indexes: rows };
  const what = `The definition of "${other.name}" in table ${WAITING_TABLE} does not define an index on events.`;
  const unused = unusable(what, `Find out who wrote it, then run ${DROP}`);
  return { indexes: [], unused };
}

function whyNotOurs({ owner, eventsOwner, ...list }: Listing): OperatorError | undefined {
  if (!list.isTrusted) {
    const whose = `belongs to role "${owner}", which neither runs this replicator nor owns events`;
    const hint = `If --defer-indexes left it, start the replicator once as role "${owner}". Otherwise drop the table.`;
    return unusable(`${WAITING_TABLE} ${whose}. It is not read.`, hint);
  }
  const hint = `Find out who changed it, then drop ${WAITING_TABLE}.`;
  if (!list.isPlain) return unusable(`${WAITING_TABLE} is not the table that the replicator creates.`, hint);
  if (!list.writableByOthers) return undefined;
  const others = `Roles other than "${owner}" and "${eventsOwner}"`;
  return unusable(`${others} may write to table ${WAITING_TABLE}. It is not read.`, hint);
}

const DROP = `DROP TABLE ${WAITING_TABLE};`;

function unusable(problem: string, hint: string): OperatorError {
  return new OperatorError(problem, { hint, findings: [{ problem, mend: [DROP] }] });
}

function notAllowed({ owner, eventsOwner }: Listing): OperatorError {
  const role =
    owner === eventsOwner ? `role "${owner}"` : `a role that is a member of "${owner}" and "${eventsOwner}"`;
  return new OperatorError(
    `Table ${WAITING_TABLE} lists indexes that are still to be built, and this role may not build them.`,
    {
      hint: `Start the replicator once as ${role}.`,
    },
  );
}
