-- Source only, may be run again: disaster recovery.

-- Refills this empty source from a replica and sets the next id behind its last. All or nothing. fromHost may be 'host:port'.
-- Without fromDatabasePassword the setting slate.replica_password is used: no log shows it when it comes with the connection
-- (PGOPTIONS). Without that too, a superuser's call uses the .pgpass of this server.
-- A replica that hides rows is refused, and one with holes unless slate.accept_gaps is on.
CREATE OR REPLACE FUNCTION public.restore_events(
  fromHost text,
  fromDatabase text,
  fromDatabaseUser text,
  fromDatabasePassword text,
  OUT rows_restored bigint,
  OUT next_insert_id bigint
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
AS $function$
DECLARE
  link constant text := 'restore_events_' || pg_backend_pid();
  -- 'host', 'host:port' or '[address]:port'; NULL for a bare IPv6 address.
  parts constant text[] := regexp_match(fromHost, '^(?:\[(.*)\]|([^:]*))(?::(\d+))?$');
  password constant text := coalesce(nullif(fromDatabasePassword, ''), current_setting('slate.replica_password', true));
  accept_gaps constant boolean := coalesce(nullif(current_setting('slate.accept_gaps', true), ''), 'off')::boolean;
  dblink constant text := (
    SELECT quote_ident(nspname) || '.dblink' FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace
    WHERE extname = 'dblink'
  );
  logged_statements constant text := current_setting('log_min_error_statement');
  replica record;
  missing numeric;
  gaps text;
  rows_copied bigint;
BEGIN
  -- A failing statement is logged with its text, which may hold the password. Some roles may prevent that, others may not.
  BEGIN
    PERFORM set_config('log_min_error_statement', 'panic', true);
  EXCEPTION WHEN insufficient_privilege THEN
  END;
  LOCK TABLE public.events IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM public.events) THEN
    RAISE EXCEPTION 'Table events is not empty: only an empty source can be restored.';
  END IF;
  IF dblink IS NULL THEN
    RAISE EXCEPTION 'This database lacks the extension dblink.' USING HINT = 'Run CREATE EXTENSION dblink.';
  END IF;
  EXECUTE format('SELECT %s_connect($1, $2)', dblink) USING link, (
    SELECT string_agg(format('%s=''%s''', name, regexp_replace(value, '([\\''])', '\\\1', 'g')), ' ')
    FROM (VALUES
      ('host', coalesce(parts[1], parts[2], fromHost)), ('port', parts[3]), ('dbname', fromDatabase),
      ('user', fromDatabaseUser), ('password', password), ('application_name', 'restore_events')
    ) AS setting (name, value)
    WHERE value <> ''
  );
  BEGIN
    -- What the replica's database or role was set to must not change what the statements mean there, or end them. With
    -- row_security off the server refuses to hide rows.
    EXECUTE format('SELECT %s_exec($1, $2)', dblink)
      USING link, 'SET statement_timeout = 0; SET search_path = pg_catalog, pg_temp';
    EXECUTE format('SELECT FROM %s($1, $2) AS replica (settings bigint)', dblink) USING link, $remote$
      SELECT count(set_config(name, wanted, false)) FROM pg_settings JOIN (VALUES
        ('DateStyle', 'ISO'), ('TimeZone', 'UTC'), ('row_security', 'off'), ('lock_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'), ('transaction_timeout', '0')
      ) AS pinned (name, wanted) USING (name)
    $remote$;
    -- One snapshot for the counts and the rows.
    EXECUTE format('SELECT %s_exec($1, $2)', dblink)
      USING link, 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';
    BEGIN
      EXECUTE format('SELECT * FROM %s($1, $2) AS replica (total bigint, lowest bigint, highest bigint)', dblink)
        INTO replica USING link, 'SELECT count(*), min(id), max(id) FROM public.events';
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION 'The replica does not let its role "%" read all events: %.', fromDatabaseUser, SQLERRM
        USING ERRCODE = 'insufficient_privilege',
          HINT = 'The role needs SELECT on events there, and row-level security must not bind it, as it does not bind the owner.';
    END;
    missing := replica.highest::numeric - least(replica.lowest, 1) + 1 - replica.total;
    IF missing > 0 THEN
      EXECUTE format('SELECT * FROM %s($1, $2) AS replica (gaps text)', dblink) INTO gaps USING link,
        $remote$
          SELECT string_agg(format('%s to %s', previous + 1, id - 1), ', ' ORDER BY id)
          FROM (
            SELECT id, previous FROM (
              SELECT id, lag(id, 1, least(id, 1) - 1) OVER (ORDER BY id) AS previous FROM public.events
            ) AS pair WHERE id::numeric - previous > 1 ORDER BY id LIMIT 3
          ) AS gap
        $remote$;
    END IF;
    IF missing > 0 AND NOT accept_gaps THEN
      RAISE EXCEPTION 'The replica lacks % ids; the first gaps are %.', missing, gaps USING HINT =
        'Restore from a replica that is complete. If the lost source had these gaps, run SET slate.accept_gaps = on first.';
    END IF;
    EXECUTE format('SELECT %s_open($1, $2, $3)', dblink)
      USING link, 'replica_events', 'SELECT id, ts, event FROM public.events ORDER BY id';
    rows_restored := 0;
    LOOP
      EXECUTE format(
        'INSERT INTO public.events (id, ts, event) SELECT id, ts, event
         FROM %s_fetch($1, $2, 10000) AS replica (id bigint, ts timestamptz, event jsonb)', dblink
      ) USING link, 'replica_events';
      GET DIAGNOSTICS rows_copied = ROW_COUNT;
      EXIT WHEN rows_copied = 0;
      rows_restored := rows_restored + rows_copied;
    END LOOP;
  EXCEPTION WHEN OTHERS OR query_canceled THEN
    EXECUTE format('SELECT %s_disconnect($1)', dblink) USING link;
    RAISE;
  END;
  EXECUTE format('SELECT %s_disconnect($1)', dblink) USING link;
  IF rows_restored <> replica.total THEN
    RAISE EXCEPTION 'The replica has % events, but % arrived.', replica.total, rows_restored;
  END IF;
  next_insert_id := coalesce(replica.highest, 0) + 1;
  UPDATE public.id SET id = next_insert_id;
  IF NOT FOUND THEN
    INSERT INTO public.id (id) VALUES (next_insert_id);
  END IF;
  IF current_setting('log_min_error_statement') <> logged_statements THEN
    PERFORM set_config('log_min_error_statement', logged_statements, true);
  END IF;
  RAISE NOTICE 'Restored % events; the last has id % and ts %.', rows_restored, replica.highest,
    (SELECT ts FROM public.events WHERE id = replica.highest)
    USING HINT = 'Another replica may hold later events: compare max(id) of all replicas before anything is appended.';
  IF missing > 0 THEN
    RAISE NOTICE 'The restored events lack % ids; the first gaps are %.', missing, gaps;
  END IF;
END
$function$;

REVOKE EXECUTE ON FUNCTION public.restore_events(text, text, text, text) FROM PUBLIC;
