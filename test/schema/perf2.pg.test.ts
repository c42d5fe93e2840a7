import { test } from 'vitest';
import { connectTo, createSource } from '../postgres/databases.js';
import { startPostgres } from '../postgres/server.js';
const N = 1000;
const ev = (i: number, extra = '') => JSON.stringify({ name: 'X', data: { entity_id: i, pad: `it''s${'x'.repeat(480)}${extra}` }, metadata: { initiatorId: i, command: 'c' } });
const fn = (name: string, body: string) => `CREATE FUNCTION ${name}(t text) RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $f$
DECLARE mark bigint := -(1e15+random()*1e18)::bigint; p integer := (length($1) - length(replace($1, '$1[', ''))) / 3;
 marks bigint[] := ARRAY(SELECT generate_series(mark + 1, mark + p)); ids bigint[]; tss timestamptz[]; evs jsonb[]; given public.events[];
BEGIN ${body} RETURN 1; END $f$`;
test('perf', async () => {
  await using s = await startPostgres({});
  const c = await connectTo(await createSource(s));
  await c.query(fn('f_none', ''));
  await c.query(`CREATE FUNCTION g_nothing(t text) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'`);
  await c.query(`CREATE FUNCTION g_len(t text) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN length(t); END'`);
  await c.query(`CREATE FUNCTION g_rep(t text) RETURNS integer LANGUAGE plpgsql AS $f$ BEGIN RETURN length(replace(t, '$1[', '')); END $f$`);
  await c.query(`CREATE FUNCTION g_repc(t text) RETURNS integer LANGUAGE plpgsql AS $f$ BEGIN RETURN octet_length(replace(t COLLATE "C", '$1[', '')); END $f$`);
  await c.query(`CREATE FUNCTION g_split(t text) RETURNS integer LANGUAGE plpgsql AS $f$ BEGIN RETURN cardinality(string_to_array(t, '$1[')); END $f$`);
  await c.query(`CREATE FUNCTION g_fmt(t text) RETURNS integer LANGUAGE plpgsql AS $f$ BEGIN RETURN octet_length(format('a %s b', t)); END $f$`);
  await c.query(fn('f_parse', `EXECUTE format(E'SELECT count(*) FROM (VALUES %s\\n) AS v', $1) USING marks, now();`));
  await c.query(fn('f_arrays', `EXECUTE format(E'SELECT array_agg(v.id), array_agg(v.ts), array_agg(v.event::jsonb) FROM (VALUES %s\\n) AS v (id, ts, event) WHERE true OR ROW (v.*)::public.events IS NULL', $1) INTO ids, tss, evs USING marks, now();`));
  await c.query(fn('f_comp', `EXECUTE format(E'SELECT array_agg(ROW (v.*)::public.events) FROM (VALUES %s\\n) AS v', $1) INTO given USING marks, now();`));
  await c.query(fn('f_comp1', `EXECUTE format(E'SELECT array_agg(ROW (v.*)::public.events) FROM (VALUES %s\\n) AS v', $1) INTO given USING marks, now(); PERFORM FROM unnest(given) WITH ORDINALITY AS v (id, ts, event, n) WHERE v.id IS DISTINCT FROM mark + n;`));
  await c.query(fn('f_full', `EXECUTE format(E'SELECT array_agg(v.id), array_agg(v.ts), array_agg(v.event::jsonb) FROM (VALUES %s\\n) AS v (id, ts, event) WHERE true OR ROW (v.*)::public.events IS NULL', $1) INTO ids, tss, evs USING marks, now(); IF ids <> marks OR tss <> array_fill(now(), ARRAY[p]) THEN RAISE EXCEPTION 'x'; END IF; PERFORM append_events(evs);`));
  await c.query(fn('f_jsonbvalues', `EXECUTE format(E'WITH v (id, ts, event) AS (SELECT 0::bigint, now(), null::jsonb WHERE false UNION ALL VALUES %s\\n) SELECT array_agg(v.id), array_agg(v.ts), array_agg(v.event::jsonb) FROM v', $1) INTO ids, tss, evs USING marks, now(); `));
  const vals = (extra = '') => Array.from({ length: N }, (_, i) => `($1[${i + 1}], $2, '${ev(i, extra).replaceAll("'", "''")}')`).join(', ');
  const v = vals();
  const arr = Array.from({ length: N }, (_, i) => ev(i));
  const call = (f: string) => [f, () => c.query(`select ${f}($1)`, [v])] as const;
  const kinds = [call('g_nothing'), call('g_len'), call('g_rep'),call('g_repc'),call('g_split'),call('g_fmt'),call('f_none'), call('f_parse'), call('f_arrays'), call('f_comp'), call('f_comp1'), call('f_full'), call('insert_events'), ['append_events', () => c.query('select append_events($1)', [arr])] as const, ['arr::jsonb[]', () => c.query('select cardinality($1::jsonb[])', [arr])] as const];
  for (let round = 0; round < 3; round++)
    for (const [name, run] of kinds) {
      const t = performance.now();
      for (let k = 0; k < 20; k++) await run().catch((e) => { if (!round && !k) console.log(name, e.message); });
      console.log(round, name, ((performance.now() - t) / 20).toFixed(1), 'ms');
    }
  await c.client.end();
});
