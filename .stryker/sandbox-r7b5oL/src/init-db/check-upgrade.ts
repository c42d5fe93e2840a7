// @ts-nocheck
import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { sourceObjectNames } from '../schema/objects.js';

/** A reason why a source cannot be upgraded, and what to do about it. */
interface Obstacle {
  readonly problem: string;
  readonly remedy: string;
}

/** Only their owners may replace functions and triggers. $1: the names of our functions. */
const OWNERS_SQL = `
  SELECT format('%s belongs to role "%s"', object, pg_get_userbyid(object_owner)),
         'Run --upgrade as a superuser or as a member of the roles that own these.'
    FROM (SELECT 'table "events"', owner FROM events
           UNION ALL SELECT format('function "%s"', proname), proowner FROM pg_proc
                      WHERE pronamespace = 'public'::regnamespace AND proname = ANY ($1::text[])
         ) AS owned (object, object_owner) WHERE NOT pg_has_role(object_owner, 'USAGE')
  UNION ALL
  SELECT format('role "%s" may not CREATE in schema public', current_user),
         format('GRANT CREATE ON SCHEMA public TO %I.', current_user)
   WHERE NOT has_schema_privilege('public', 'CREATE')`;

/** The owner of `events` needs what writers needed before: `append_events` will run as that role. */
const RIGHTS_SQL = `
  SELECT format('role "%s", which owns table "events", lacks %s', owner_name, wanted),
         format('GRANT %s TO %I.', wanted, owner_name)
    FROM events, LATERAL (VALUES
      ('INSERT ON public.events', has_table_privilege(owner, 'public.events', 'INSERT')),
      ('SELECT ON public.id', has_column_privilege(owner, 'public.id', 'id', 'SELECT')),
      ('UPDATE ON public.id', has_column_privilege(owner, 'public.id', 'id', 'UPDATE')),
      ('USAGE ON SCHEMA public', has_schema_privilege(owner, 'public', 'USAGE')),
      -- A superuser gives a function to whomever he likes.
      ('CREATE ON SCHEMA public', has_schema_privilege(owner, 'public', 'CREATE') OR current_setting('is_superuser')::bool)
    ) AS need (wanted, met) WHERE NOT met
  UNION ALL
  SELECT format('row-level security of table "events" also binds its owner, role "%s"', owner_name),
         'Run ALTER TABLE public.events NO FORCE ROW LEVEL SECURITY.'
    FROM events WHERE forced AND NOT rolsuper AND NOT rolbypassrls`;

/**
 * Finds triggers of others that would run under the `search_path` and with the rights of `append_events`. If
 * that function runs as its owner already, they have been doing so all along. $2: the names of our triggers.
 */
const TRIGGERS_SQL = `
  SELECT format('trigger "%s" of table "events" calls %s, which has no search_path of its own', tgname, function),
         format('Run ALTER FUNCTION %s SET search_path = … with what it needs.', function)
    FROM foreign_trigger WHERE is_sql AND NOT has_path
  UNION ALL
  SELECT format('trigger "%s" of table "events" would call %s of role "%s" with the rights of role "%s"',
                tgname, function, function_owner, owner_name),
         format('Run ALTER FUNCTION %s OWNER TO %I, or SECURITY DEFINER.', function, owner_name)
    FROM foreign_trigger WHERE NOT trusted`;

const OBSTACLES_SQL = `
  WITH events AS (
    SELECT relowner AS owner, rolname AS owner_name, relforcerowsecurity AS forced, rolsuper, rolbypassrls
      FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE pg_class.oid = 'public.events'::regclass
  ), foreign_trigger AS (
    SELECT tgname, tgfoid::regprocedure AS function, pg_roles.rolname AS function_owner, owner_name,
           lanname NOT IN ('c', 'internal') AS is_sql, coalesce(proconfig::text LIKE '%search_path=%', false) AS has_path,
           prosecdef OR proowner = owner OR pg_roles.rolsuper AS trusted
      FROM events, pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
      JOIN pg_language ON pg_language.oid = prolang JOIN pg_roles ON pg_roles.oid = proowner
      -- Those that fire on INSERT (pg_trigger.h: TRIGGER_TYPE_INSERT).
     WHERE tgrelid = 'public.events'::regclass AND tgtype & 4 <> 0 AND tgenabled <> 'D' AND NOT tgisinternal
       AND tgname <> ALL ($2::text[])
       AND NOT EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('public.append_events(jsonb[])') AND prosecdef)
  )
  SELECT problem, remedy FROM (${[OWNERS_SQL, RIGHTS_SQL, TRIGGERS_SQL].join(' UNION ALL ')}) AS obstacle (problem, remedy)`;

/**
 * @throws OperatorError listing every reason why this role cannot upgrade the source, or why writers would
 *   fail afterwards.
 */
export async function checkUpgrade(connection: Connection): Promise<void> {
  const obstacles = await connection.query<Obstacle>(OBSTACLES_SQL, [
    sourceObjectNames('routine'),
    sourceObjectNames('trigger'),
  ]);
  if (obstacles.length === 0) return;
  const problems = obstacles.map(({ problem }) => problem).join('; ');
  const remedies = new Set(obstacles.map(({ remedy }) => remedy));
  throw new OperatorError(`Cannot upgrade the source ${connection.where}: ${problems}.`, {
    hint: [...remedies, 'Nothing was changed.'].join(' '),
  });
}
