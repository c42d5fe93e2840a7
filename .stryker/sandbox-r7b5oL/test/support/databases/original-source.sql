-- What slate-init-db 0.1.7 leaves in a source beside the table events and its indexes, written anew from the description of
-- its behaviour: a notification per row that carries the event, and an insert_events that searches all of its text for placeholders.
DROP INDEX public.events_event_metadata_command;
CREATE EXTENSION IF NOT EXISTS dblink WITH SCHEMA public;

CREATE TABLE id (id bigint CONSTRAINT id_pkey PRIMARY KEY);
INSERT INTO id VALUES (1);

CREATE FUNCTION insert_events(insertValues text) RETURNS integer LANGUAGE plpgsql AS $function$
DECLARE
  next_index integer := 0;
  found_index text;
  rows integer;
  first_id bigint;
  ids bigint[];
BEGIN
  FOR found_index IN SELECT (regexp_matches(insertValues, '\$1\[(\d+)\]', 'g'))[1] LOOP
    next_index := next_index + 1;
    IF found_index::integer <> next_index THEN
      RAISE EXCEPTION 'Parameter index is not consecutive';
    END IF;
  END LOOP;
  IF next_index = 0 OR (SELECT count(*) FROM regexp_matches(insertValues, '\$2,', 'g')) <> next_index THEN
    RAISE EXCEPTION 'Each row must use $2';
  END IF;
  LOCK TABLE id IN EXCLUSIVE MODE;
  UPDATE id SET id = id + next_index RETURNING id - next_index INTO first_id;
  ids := ARRAY(SELECT generate_series(first_id, first_id + next_index - 1));
  EXECUTE 'INSERT INTO events (id, ts, event) VALUES ' || insertValues USING ids, transaction_timestamp();
  GET DIAGNOSTICS rows = ROW_COUNT;
  RETURN rows;
END
$function$;

CREATE FUNCTION notify_event_insert() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  PERFORM pg_notify('eventsinsert', json_build_object('table', TG_TABLE_NAME, 'id', NEW.id, 'event', NEW.event)::text);
  RETURN NEW;
END
$function$;

CREATE TRIGGER notify_insert AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION notify_event_insert();

CREATE FUNCTION filter_sql_command() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  RAISE EXCEPTION '% command not allowed', TG_OP;
END
$function$;

CREATE TRIGGER check_sql_command BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION filter_sql_command();

CREATE FUNCTION restore_events(
  fromHost text, fromDatabase text, fromDatabaseUser text, fromDatabasePassword text,
  OUT rows_restored bigint, OUT next_insert_id bigint
) LANGUAGE plpgsql AS $function$
BEGIN
  RAISE EXCEPTION 'the restore_events of the original';
END
$function$;
