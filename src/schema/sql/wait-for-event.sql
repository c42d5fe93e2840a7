-- Destination only, may be run again: reading what one has written, with the id that append_events gave.

-- Waits until the event with this id, or a later one, is committed here: then every event before it is here too. Returns false
-- when the time is over. The events are there for the next statement: the one that waits sees what was there when it began.
-- It runs with the rights of the caller, who needs SELECT on events, and writes nothing: it works in a hot standby too.
CREATE OR REPLACE FUNCTION public.wait_for_event(id bigint, timeout_ms integer) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- A plan that a session made while the table was small would read all of a large one.
SET enable_seqscan = off
AS $function$
DECLARE
  begun_at constant timestamptz := clock_timestamp();
  looked_at timestamptz := begun_at;
  waited_ms double precision;
  pause_ms double precision;
BEGIN
  IF $1 IS NULL OR $2 IS NULL OR $2 < 0 THEN
    RAISE EXCEPTION 'wait_for_event needs an id, and a timeout in milliseconds that is not negative'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'wait_for_event would wait in vain: a transaction that is % sees no commit of others',
      upper(current_setting('transaction_isolation'))
      USING ERRCODE = 'invalid_transaction_state', HINT = 'Call it before the transaction, or in READ COMMITTED.';
  END IF;
  WHILE NOT coalesce((SELECT max(events.id) >= $1 FROM public.events), false) LOOP
    waited_ms := extract(epoch FROM clock_timestamp() - begun_at) * 1000;
    IF waited_ms >= $2 THEN
      RETURN false;
    END IF;
    -- pg_sleep takes a millisecond at least. Most events arrive within three, so these are spent without a pause.
    IF waited_ms < 3 THEN
      looked_at := clock_timestamp();
      CONTINUE;
    END IF;
    -- A tenth of the time waited so far. Looking takes long behind many rows that are not committed: then it is done seldom.
    pause_ms := greatest(
      least(greatest(waited_ms / 10, 1), 50),
      4 * (extract(epoch FROM clock_timestamp() - looked_at) * 1000 - 1)
    );
    PERFORM pg_sleep(least(pause_ms, $2 - waited_ms) / 1000);
    looked_at := clock_timestamp();
  END LOOP;
  RETURN true;
END
$function$;
