-- Source only, may be run again: the two ways in for events.

-- Appends the events in their order and returns the id of the first; the others follow consecutively. All rows of a
-- transaction get the same ts. The lock on the row of table id is held until the transaction ends.
-- The function runs with the rights of its owner, the owner of table events: a writer needs EXECUTE and no more.
CREATE OR REPLACE FUNCTION public.append_events(events jsonb[]) RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  event_count bigint := coalesce(cardinality($1), 0);
  first_id bigint;
BEGIN
  IF event_count = 0 THEN
    RAISE EXCEPTION 'append_events needs at least one event' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  UPDATE public.id SET id = id + event_count RETURNING id - event_count INTO first_id;
  IF first_id IS NULL THEN
    RAISE EXCEPTION 'Table id has no row: it must hold the next id to hand out';
  END IF;
  INSERT INTO public.events (id, ts, event)
  SELECT first_id + ordinality - 1, transaction_timestamp(), event
  FROM unnest($1) WITH ORDINALITY AS given (event, ordinality);
  RETURN first_id;
END
$function$;

-- insertValues is the text after VALUES of an insert into events (id, ts, event): row k is ($1[k], $2, '<json>').
-- The server's own parser reads it, so nothing in the text of an event can be taken for a placeholder: $1 is filled with
-- consecutive marks that nobody can guess, and each row must come out with its own. The ids come later: reading the
-- events happens before the lock is taken. The text runs with the rights of the caller.
CREATE OR REPLACE FUNCTION public.insert_events(insertValues text) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  -- As many as rows, or more where the text of an event holds some. octet_length because length() reads all of the text.
  placeholders integer := (octet_length($1) - octet_length(replace($1, '$1[', ''))) / 3;
  mark constant bigint := -(1e15 + random() * 1e18)::bigint;
  marks constant bigint[] := ARRAY(SELECT generate_series(mark + 1, mark + placeholders));
  -- The condition is always true; what it casts makes the parser insist on rows of just three columns.
  reading constant text := format(
    E'SELECT pg_catalog.array_agg(v.id), pg_catalog.array_agg(v.ts), pg_catalog.array_agg(v.event::pg_catalog.jsonb)
      FROM (VALUES %s\n) AS v (id, ts, event) WHERE true OR ROW (v.*)::public.events IS NULL',
    $1
  );
  called_at constant timestamptz := transaction_timestamp();
  ids bigint[];
  timestamps timestamptz[];
  events jsonb[];
  row_count integer;
  without_literals text;
BEGIN
  BEGIN
    EXECUTE reading INTO ids, timestamps, events USING marks, called_at;
  EXCEPTION WHEN undefined_function OR undefined_object OR undefined_table THEN
    -- The text names something beyond pg_catalog: the search_path that the caller's session began with finds it.
    PERFORM set_config('search_path', reset_val, true) FROM pg_settings WHERE name = 'search_path';
    EXECUTE reading INTO ids, timestamps, events USING marks, called_at;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  END;
  row_count := cardinality(ids);
  IF placeholders <> row_count THEN
    -- A doubled quote in a literal looks like the end of one and the start of the next, which comes to the same.
    without_literals := regexp_replace($1, CASE current_setting('standard_conforming_strings')
      WHEN 'on' THEN $literal$\mE'(?:[^'\\]|\\.|'')*'|'[^']*'$literal$
      ELSE $literal$'(?:[^'\\]|\\.|'')*'$literal$ END, '', 'gi');
    placeholders := (octet_length(without_literals) - octet_length(replace(without_literals, '$1[', ''))) / 3;
  END IF;
  IF placeholders <> row_count OR ids <> marks[1:row_count] THEN
    RAISE EXCEPTION 'Parameter index is not consecutive: row k must have $1[k] as its id, and nothing else may use $1'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF (octet_length($1) - octet_length(replace($1, '$2', ''))) / 2 < row_count
    OR timestamps <> array_fill(transaction_timestamp(), ARRAY[row_count])
  THEN
    RAISE EXCEPTION 'Each row must have $2 as its ts' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM public.append_events(events);
  RETURN row_count;
END
$function$;

REVOKE EXECUTE ON FUNCTION public.append_events(jsonb[]), public.insert_events(text) FROM PUBLIC;
