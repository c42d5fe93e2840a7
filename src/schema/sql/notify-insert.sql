-- Source only, may be run again: one notification per statement, whatever the number and the size of its events.

CREATE OR REPLACE FUNCTION public.notify_event_insert() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
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

DROP TRIGGER IF EXISTS notify_insert ON public.events;
CREATE TRIGGER notify_insert AFTER INSERT ON public.events
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION public.notify_event_insert();
