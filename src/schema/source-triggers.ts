import { NOTIFICATION_CHANNEL } from '../events/notification.js';
import type { Connection } from '../pg/connection.js';

/** Triggers of `events` in a source, and of its partitions, according to the catalog. */
export interface SourceTriggers {
  /** A hot standby: it follows another server, and nothing can be changed in it. */
  readonly inRecovery: boolean;
  /** `server_version_num`. */
  readonly version: number;
  /** Native logical replication inserts into `events` or a partition of it. */
  readonly isSubscribed: boolean;
  /** Tables that hold rows: `events`, or its partitions. In full, quoted where necessary. */
  readonly leaves: readonly string[];
  readonly triggers: readonly SourceTrigger[];
}

export interface SourceTrigger {
  /** In full, quoted where necessary. */
  readonly table: string;
  readonly name: string;
  /** `tgenabled`: on (O), in every session (A), in sessions that replicate only (R), off (D). */
  readonly enabled: 'O' | 'A' | 'R' | 'D';
  /** Fires for each row after an INSERT, and its function notifies. */
  readonly notifiesByRow: boolean;
  /** Made for a partition by the trigger of its parent. */
  readonly isClone: boolean;
  /** Its function can be called for each row too. */
  readonly takesRows: boolean;
}

/**
 * `pg_subscription_rel` shows every role which tables are subscribed. In `pg_trigger.tgtype`, 1 is ROW, 2
 * BEFORE and 4 INSERT (src/include/catalog/pg_trigger.h). The trigger of a partition has the name of its
 * parent's trigger.
 */
const TRIGGERS_SQL = `
  WITH RECURSIVE tree AS (
    SELECT to_regclass('public.events')::oid AS oid
    UNION ALL
    SELECT c.oid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid JOIN pg_class c ON c.oid = i.inhrelid
     WHERE c.relispartition
  ), tables AS (
    SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS name
      FROM tree JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
  ), fired AS (
    SELECT tables.name AS "table", t.tgname AS name, t.tgenabled AS enabled,
           t.tgtype & 7 = 5 AND p.prosrc LIKE '%${NOTIFICATION_CHANNEL}%' AS "notifiesByRow",
           tables.oid <> to_regclass('public.events') AS "isClone", p.prosrc ~* 'TG_LEVEL|NEW\\.id' AS "takesRows"
      FROM tables JOIN pg_trigger t ON t.tgrelid = tables.oid JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE t.tgname IN ('notify_insert', 'check_sql_command') OR p.prosrc LIKE '%${NOTIFICATION_CHANNEL}%'
     ORDER BY 1, 2
  )
  SELECT json_build_object(
    'inRecovery', pg_is_in_recovery(),
    'version', current_setting('server_version_num')::int,
    'isSubscribed', EXISTS (SELECT FROM pg_subscription_rel JOIN tables ON tables.oid = srrelid),
    'leaves', ARRAY(SELECT name FROM tables WHERE relkind = 'r' ORDER BY 1),
    'triggers', COALESCE((SELECT json_agg(fired) FROM fired), '[]'))::text AS triggers`;

/** Reads what `triggerProblems` needs to know. It needs no rights. */
export async function readSourceTriggers(connection: Connection): Promise<SourceTriggers> {
  const [row] = await connection.query<{ triggers: string }>(TRIGGERS_SQL);
  return JSON.parse(row?.triggers ?? '{}') as SourceTriggers;
}

/** A trigger that does not do what it should, and what mends it. */
export interface TriggerProblem {
  /** A sentence. */
  readonly text: string;
  /** SQL statements, or what else is to be done first. */
  readonly mend: readonly string[];
}

/** Problems of the triggers of a source; empty if there are none. */
export function triggerProblems(source: SourceTriggers): TriggerProblem[] {
  return [...notifyProblems(source), ...subscriptionProblems(source), ...immutabilityProblems(source)];
}

const BY_POLLING = 'its events are found by polling only, once per pollInterval';

function notifyProblems({ triggers, isSubscribed }: SourceTriggers): TriggerProblem[] {
  return triggers
    .filter(({ name, enabled }) => name === 'notify_insert' && isOff(enabled))
    .map((trigger) => ({
      text: `Trigger "notify_insert" of ${trigger.table} ${describeOff(trigger)}: ${BY_POLLING}.`,
      mend: [enabling(trigger, isSubscribed && trigger.notifiesByRow)],
    }));
}

function immutabilityProblems({ triggers }: SourceTriggers): TriggerProblem[] {
  return triggers
    .filter(({ name, enabled }) => name === 'check_sql_command' && isOff(enabled))
    .map((trigger) => ({
      text: `Trigger "check_sql_command" of ${trigger.table} ${describeOff(trigger)}: events can be changed and deleted.`,
      mend: [enabling(trigger, false)],
    }));
}

/** First major version whose replication workers deliver notifications to listeners. */
const WORKERS_NOTIFY = 130_000;

/**
 * Problems of a source that a subscription feeds. The worker of a subscription fires row triggers that are
 * enabled for replicas, and no statement triggers (manual, "Logical Replication", "Architecture").
 */
function subscriptionProblems({ isSubscribed, version, leaves, triggers }: SourceTriggers): TriggerProblem[] {
  const isTold = (leaf: string) =>
    triggers.some(
      ({ table, enabled, notifiesByRow }) => table === leaf && notifiesByRow && firesForReplicas(enabled),
    );
  if (!isSubscribed || (version >= WORKERS_NOTIFY && leaves.every(isTold))) return [];
  const text = `Native replication inserts into the source, and no trigger notifies of it: ${BY_POLLING}.`;
  if (version >= WORKERS_NOTIFY) return [{ text, mend: notifyingOfReplication(triggers) }];
  return [
    { text: `${text} PostgreSQL 12 cannot notify of it: set pollInterval to a second or less.`, mend: [] },
  ];
}

/** What `notifyingOfReplication` creates. */
const REPLICATION_TRIGGER = 'notify_replicated_insert';

function notifyingOfReplication(triggers: readonly SourceTrigger[]): string[] {
  const own = triggers.find(
    ({ notifiesByRow, isClone, name }) => notifiesByRow && !isClone && name === 'notify_insert',
  );
  // The trigger of version 0.1.4 fires for each row.
  if (own !== undefined) return [enabling(own, true)];
  const takesRows = triggers.some(({ name, takesRows }) => name === 'notify_insert' && takesRows);
  return [
    ...(takesRows ? [] : ['slate-init-db --upgrade, then']),
    `DROP TRIGGER IF EXISTS ${REPLICATION_TRIGGER} ON public.events;`,
    `CREATE TRIGGER ${REPLICATION_TRIGGER} AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.notify_event_insert();`,
    `ALTER TABLE public.events ENABLE REPLICA TRIGGER ${REPLICATION_TRIGGER};`,
  ];
}

function isOff(enabled: SourceTrigger['enabled']): boolean {
  return enabled === 'D' || enabled === 'R';
}

function firesForReplicas(enabled: SourceTrigger['enabled']): boolean {
  return enabled === 'A' || enabled === 'R';
}

function describeOff({ enabled }: SourceTrigger): string {
  return enabled === 'D' ? 'is disabled' : 'is enabled for replication only';
}

/** One that fires for replicas must not lose that. */
function enabling({ table, name, enabled }: SourceTrigger, alsoForReplicas: boolean): string {
  const always = alsoForReplicas || firesForReplicas(enabled) ? 'ALWAYS ' : '';
  return `ALTER TABLE ${table} ENABLE ${always}TRIGGER ${name};`;
}
