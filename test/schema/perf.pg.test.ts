import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { connectTo, createDestination, createSource } from '../postgres/databases.js';
import { startPostgres } from '../postgres/server.js';
const N = 1000;
const ev = (i: number, extra = '') => JSON.stringify({ name: 'X', data: { entity_id: i, pad: `it''s${'x'.repeat(480)}${extra}` }, metadata: { initiatorId: i, command: 'c' } });
test('perf', async () => {
  await using s = await startPostgres({ settings: process.env['SYNC'] ? { fsync: 'on' } : {} });
  const orig = await connectTo(await createDestination(s));
  await orig.query(readFileSync('test/schema/original-source.sql', 'utf8'));
  const mine = await connectTo(await createSource(s));
  const nonotify = await connectTo(await createSource(s));
  await nonotify.query('drop trigger notify_insert on events');
  const vals = (extra = '') => Array.from({ length: N }, (_, i) => `($1[${i + 1}], $2, '${ev(i, extra).replaceAll("'", "''")}')`).join(', ');
  const arr = Array.from({ length: N }, (_, i) => ev(i));
  const kinds: [string, () => Promise<unknown>][] = [
    ['original paste', () => orig.query('select insert_events($1)', [vals()])],
    ['insert_events', () => mine.query('select insert_events($1)', [vals()])],
    ['insert_events $1[7]', () => mine.query('select insert_events($1)', [vals(' $1[7] $2, ')])],
    ['insert_events nonotify', () => nonotify.query('select insert_events($1)', [vals()])],
    ['append_events', () => mine.query('select append_events($1)', [arr])],
    ['append_events ::text[]', () => mine.query('select append_events($1::text[]::jsonb[])', [arr])],
    ['append nonotify', () => nonotify.query('select append_events($1)', [arr])],
    ['plain insert unnest nonotify', () => nonotify.query(`insert into events select 10000000 + (random()*1e15)::bigint, now(), e::jsonb from unnest($1::text[]) e`, [arr])],
  ];
  for (let round = 0; round < 3; round++)
    for (const [name, run] of kinds) {
      const t = performance.now();
      for (let k = 0; k < 20; k++) await run();
      console.log(round, name, Math.round((N * 20) / ((performance.now() - t) / 1000)));
    }
  await orig.client.end(); await mine.client.end(); await nonotify.client.end();
});
