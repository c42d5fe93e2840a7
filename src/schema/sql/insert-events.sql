-- Source only, may be run again: the two ways in for events.

-- Appends the events in their order and returns the id of the first; the others follow consecutively. All rows of a
-- transaction get the same ts. The lock on the row of table id is held until the transaction ends.
CREATE OR REPLACE FUNCTION public.append_events(events jsonb[]) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
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
-- marks that nobody can guess, consecutive ones, and each row must come out with its own.
CREATE OR REPLACE FUNCTION public.insert_events(insertValues text) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
  -- The occurrences of $1[ : as many as rows, or more where the text of an event holds some.
  placeholders integer := (length($1) - length(replace($1, '$1[', ''))) / 3;
  mark constant bigint := -(1e15 + random() * 1e18)::bigint;
  marks bigint[] := ARRAY(SELECT generate_series(mark + 1, mark + placeholders));
  given public.events[];
  row_count integer;
  outside text;
BEGIN
  EXECUTE format(
    E'SELECT array_agg(ROW (v.*)::public.events) FROM (VALUES %s\n) AS v', $1
  ) INTO given USING marks, transaction_timestamp();
  row_count := cardinality(given);
  IF placeholders <> row_count THEN
    -- Count again without the text of events. Two literals side by side are one with a doubled quote in it.
    outside := regexp_replace($1, $literal$\mE'(?:[^'\\]|\\.|'')*'|'[^']*'$literal$, '', 'gi');
    placeholders := (length(outside) - length(replace(outside, '$1[', ''))) / 3;
  END IF;
  IF placeholders <> row_count OR EXISTS (
    SELECT FROM unnest(given) WITH ORDINALITY AS v (id, ts, event, n) WHERE v.id IS DISTINCT FROM mark + n
  ) THEN
    RAISE EXCEPTION 'Parameter index is not consecutive: row k must have $1[k] as its id, and nothing else may use $1'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF (length($1) - length(replace($1, '$2', ''))) / 2 < row_count OR EXISTS (
    SELECT FROM unnest(given) AS v (id, ts, event) WHERE v.ts IS DISTINCT FROM transaction_timestamp()
  ) THEN
    RAISE EXCEPTION 'Each row must have $2 as its ts' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM public.append_events(ARRAY(SELECT v.event FROM unnest(given) WITH ORDINALITY AS v (id, ts, event, n) ORDER BY n));
  RETURN row_count;
END
$function$;
