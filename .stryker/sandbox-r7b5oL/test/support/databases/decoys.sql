-- Puts decoys into schema public: whatever of ours means a name by the search path, and not PostgreSQL's own, meets one and raises HIJACKED.
-- The setting decoys.called holds the names of functions that our SQL calls, separated by blanks.
SET search_path = pg_catalog, pg_temp;
SET check_function_bodies = off;
SET client_min_messages = error;

-- A decoy function; where its types are not for PL/pgSQL, one of the server's that always raises "cannot accept a value of type any".
CREATE FUNCTION pg_temp.decoy(name text, arguments text, result text) RETURNS void LANGUAGE plpgsql AS $decoy$
DECLARE
  head constant text := format('CREATE FUNCTION public.%I(%s) RETURNS %s ', name, arguments, result);
BEGIN
  BEGIN
    EXECUTE head || format('LANGUAGE plpgsql AS %L', format('BEGIN RAISE EXCEPTION ''HIJACKED: function %s(%s)''; END', name, arguments));
    RETURN;
  EXCEPTION WHEN duplicate_function THEN RETURN; WHEN OTHERS THEN
  END;
  BEGIN
    EXECUTE head || 'LANGUAGE internal AS ''any_in''';
  EXCEPTION WHEN OTHERS THEN
    EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS text LANGUAGE internal AS ''any_in''', name, arguments);
  END;
EXCEPTION WHEN OTHERS THEN
  -- What no function of SQL may be: one that takes or returns internal values, for instance.
END $decoy$;

CREATE FUNCTION pg_temp.decoy_operator(name text, left_type text, right_type text, result text) RETURNS void LANGUAGE plpgsql AS $decoy$
DECLARE
  arguments constant text := concat_ws(', ', nullif(left_type, '-'), nullif(right_type, '-'));
  code constant text := 'operator_returning_' || result;
BEGIN
  IF to_regprocedure(format('public.%I(%s)', code, arguments)) IS NULL THEN
    PERFORM pg_temp.decoy(code, arguments, result);
  END IF;
  EXECUTE format('CREATE OPERATOR public.%s (%s, FUNCTION = public.%I)', name, concat_ws(', ',
    'LEFTARG = ' || nullif(left_type, '-'), 'RIGHTARG = ' || nullif(right_type, '-')), code);
EXCEPTION WHEN OTHERS THEN
END $decoy$;

-- The same names with the same types, for a path that has public before pg_catalog. Defaults make several of one.
SELECT count(pg_temp.decoy(proname, arguments, CASE WHEN proretset THEN 'SETOF ' ELSE '' END || format_type(prorettype, NULL)))
FROM pg_proc, LATERAL generate_series(pronargs::int - pronargdefaults::int, pronargs::int) AS given, LATERAL (
  SELECT coalesce(string_agg(CASE WHEN provariadic <> 0 AND n = pronargs THEN 'VARIADIC ' ELSE '' END || format_type(type, NULL), ', ' ORDER BY n), '')
  FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS argument (type, n) WHERE n <= given
) AS called (arguments)
WHERE pronamespace = 'pg_catalog'::regnamespace AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype);

SELECT count(pg_temp.decoy_operator(oprname, oprleft::regtype::text, oprright::regtype::text, oprresult::regtype::text))
FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace;

-- Closer matches than PostgreSQL's own, for a path that has public behind pg_catalog.
CREATE TEMP TABLE type AS SELECT unnest(ARRAY['int2', 'int4', 'int8', 'numeric', 'text', 'name', 'oid', 'bool', 'jsonb', 'timestamptz', 'text[]', 'int8[]', 'jsonb[]']) AS name;
CREATE TEMP TABLE called AS
  SELECT proname AS name, bool_or(provariadic = '"any"'::regtype) AS takes_all, max(pronargs) AS most
  FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (string_to_array(current_setting('decoys.called'), ' '))
  GROUP BY proname;

SELECT count(pg_temp.decoy(called.name, a.name, 'text')) FROM called, type AS a;
SELECT count(pg_temp.decoy(called.name, concat_ws(', ', a.name, b.name), 'text')) FROM called, type AS a, type AS b WHERE takes_all OR most > 1;
SELECT count(pg_temp.decoy(called.name, concat_ws(', ', a.name, b.name, c.name), 'text'))
FROM called, type AS a, type AS b, type AS c WHERE takes_all AND 'text' IN (a.name, b.name);
SELECT count(pg_temp.decoy(called.name, concat_ws(', ', a.name, b.name, c.name, d.name), 'text'))
FROM called, type AS a, type AS b, type AS c, type AS d WHERE takes_all AND a.name = 'text' AND 'text' IN (b.name, c.name, d.name);

SELECT count(pg_temp.decoy_operator(operator.name, a.name, b.name, 'bool'))
FROM unnest(ARRAY['=', '<>', '<', '>', '<=', '>=', '+', '-', '*', '/', '||', '->', '->>', '#>>', '@>', '<@', '&&', '~', '!~', '~~', '&']) AS operator (name), type AS a, type AS b;

-- Types and catalogs.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r') AND typname !~ '^_' LOOP
    BEGIN EXECUTE format('CREATE DOMAIN public.%I AS pg_catalog.int4 CHECK (false)', name); EXCEPTION WHEN OTHERS THEN END;
  END LOOP;
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') LOOP
    EXECUTE format('CREATE TABLE public.%I (hijacked int)', name);
  END LOOP;
END $$;
RESET ALL;
