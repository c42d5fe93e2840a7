-- Source only, may be run again: one notification per statement, whatever the number and the size of its events. Native logical
-- replication fires triggers for each row only: a trigger for rows may call it too.
CREATE OR REPLACE FUNCTION public.notify_event_insert() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  highest bigint;
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    highest := NEW.id;
  ELSE
    highest := (SELECT max(id) FROM inserted);
  END IF;
  IF highest IS NOT NULL THEN
    PERFORM pg_notify('eventsinsert', json_build_object('table', TG_TABLE_NAME, 'id', highest)::text);
  END IF;
  RETURN NULL;
END
$function$;
