-- Source only, may be run again: one notification per statement, whatever the number and the size of its events.
CREATE OR REPLACE FUNCTION public.notify_event_insert() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  highest bigint := (SELECT max(id) FROM inserted);
BEGIN
  IF highest IS NOT NULL THEN
    PERFORM pg_notify('eventsinsert', json_build_object('table', TG_TABLE_NAME, 'id', highest)::text);
  END IF;
  RETURN NULL;
END
$function$;
