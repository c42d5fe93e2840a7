-- Source only, may be run again: events are immutable.
CREATE OR REPLACE FUNCTION public.filter_sql_command() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION '% of table % is not allowed: events are immutable', TG_OP, TG_TABLE_NAME;
END
$function$;
