import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import { ROW_SECURITY_HINT } from '../pg/explain-error.js';

/**
 * Refuses a role from which row-level security would hide events: it could neither copy nor compare them.
 * @throws OperatorError naming the role and the policies.
 */
export async function refuseRowSecurity(connection: Connection): Promise<void> {
  const [hidden] = await connection.query<{ role: string; quotedRole: string; policies: string | null }>(
    `SELECT current_user AS role, quote_ident(current_user) AS "quotedRole", string_agg(quote_ident(polname), ', ' ORDER BY polname) AS policies
       FROM (SELECT to_regclass('public.events')::oid AS oid) AS events LEFT JOIN pg_policy ON polrelid = events.oid
     HAVING bool_or(row_security_active(events.oid))`,
  );
  if (hidden === undefined) return;
  const policies = hidden.policies === null ? 'without any policy' : `with policy ${hidden.policies}`;
  const problem = `Row-level security on table "events" of ${connection.where}, ${policies}, hides events from role "${hidden.role}".`;
  throw new OperatorError(problem, {
    hint: `${ROW_SECURITY_HINT} Nothing was written.`,
    findings: [{ problem, mend: [`ALTER ROLE ${hidden.quotedRole} BYPASSRLS;`] }],
  });
}
