-- Source only, may be run again: events are immutable.

CREATE OR REPLACE FUNCTION public.filter_sql_command() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION '% of table % is not allowed: events are immutable', TG_OP, TG_TABLE_NAME;
END
$function$;

DROP TRIGGER IF EXISTS check_sql_command ON public.events;
CREATE TRIGGER check_sql_command BEFORE UPDATE OR DELETE OR TRUNCATE ON public.events
  FOR EACH STATEMENT EXECUTE FUNCTION public.filter_sql_command();
