-- Source only, may be run again: disaster recovery.

-- Refills this empty source from a replica and sets the next id behind its last. All or nothing. fromHost may be 'host:port'.
CREATE OR REPLACE FUNCTION public.restore_events(
  fromHost text,
  fromDatabase text,
  fromDatabaseUser text,
  fromDatabasePassword text,
  OUT rows_restored bigint,
  OUT next_insert_id bigint
)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
  link constant text := 'restore_events_' || pg_backend_pid();
  -- 'host', 'host:port' or '[address]:port'; NULL for a bare IPv6 address.
  parts constant text[] := regexp_match(fromHost, '^(?:\[(.*)\]|([^:]*))(?::(\d+))?$');
  rows_expected bigint;
  rows_copied bigint;
BEGIN
  LOCK TABLE public.events IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM public.events) THEN
    RAISE EXCEPTION 'Table events is not empty: only an empty source can be restored';
  END IF;
  PERFORM dblink_connect(link, (
    SELECT string_agg(format('%s=''%s''', name, regexp_replace(value, '([\\''])', '\\\1', 'g')), ' ')
    FROM (VALUES
      ('host', coalesce(parts[1], parts[2], fromHost)), ('port', parts[3]), ('dbname', fromDatabase),
      ('user', fromDatabaseUser), ('password', fromDatabasePassword), ('application_name', 'restore_events')
    ) AS setting (name, value)
    WHERE value <> ''
  ));
  BEGIN
    PERFORM dblink_exec(link, 'SET DateStyle = ISO');
    -- One snapshot for the count, the rows and the highest id.
    PERFORM dblink_exec(link, 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    SELECT total, highest + 1 INTO STRICT rows_expected, next_insert_id
    FROM dblink(link, 'SELECT count(*), coalesce(max(id), 0) FROM public.events') AS replica (total bigint, highest bigint);
    PERFORM dblink_open(link, 'replica_events', 'SELECT id, ts, event FROM public.events ORDER BY id');
    rows_restored := 0;
    LOOP
      INSERT INTO public.events (id, ts, event)
      SELECT id, ts, event FROM dblink_fetch(link, 'replica_events', 10000) AS replica (id bigint, ts timestamptz, event jsonb);
      GET DIAGNOSTICS rows_copied = ROW_COUNT;
      EXIT WHEN rows_copied = 0;
      rows_restored := rows_restored + rows_copied;
    END LOOP;
  EXCEPTION WHEN OTHERS OR query_canceled THEN
    PERFORM dblink_disconnect(link);
    RAISE;
  END;
  PERFORM dblink_disconnect(link);
  IF rows_restored <> rows_expected THEN
    RAISE EXCEPTION 'The replica has % events, but % arrived', rows_expected, rows_restored;
  END IF;
  UPDATE public.id SET id = next_insert_id;
  IF NOT FOUND THEN
    INSERT INTO public.id (id) VALUES (next_insert_id);
  END IF;
END
$function$;
