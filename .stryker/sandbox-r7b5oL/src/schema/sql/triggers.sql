-- Source only, may be run again: what calls the trigger functions. Written as pg_get_triggerdef() tells them.

DROP TRIGGER IF EXISTS notify_insert ON public.events;
CREATE TRIGGER notify_insert AFTER INSERT ON public.events
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION public.notify_event_insert();

DROP TRIGGER IF EXISTS check_sql_command ON public.events;
CREATE TRIGGER check_sql_command BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events
  FOR EACH STATEMENT EXECUTE FUNCTION public.filter_sql_command();
