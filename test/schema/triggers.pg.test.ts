import { once } from 'node:events';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOTIFICATION_CHANNEL } from '../../src/events/notification.js';
import type { Connection } from '../../src/pg/connection.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

let source: Connection;
let listener: Connection;
let received: pg.Notification[];

beforeEach(async () => {
  const params = await createSource(sharedServer());
  source = await connectTo(params);
  listener = await connectTo(params);
  received = [];
  listener.client.on('notification', (message) => received.push(message));
  await listener.query(`LISTEN ${NOTIFICATION_CHANNEL}; LISTEN the_end`);
});
afterEach(async () => {
  await source[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
});

/** Payloads of what was notified so far; notifications arrive in the order of commits. */
async function notified(): Promise<string[]> {
  await source.query('NOTIFY the_end');
  while (received.at(-1)?.channel !== 'the_end') await once(listener.client, 'notification');
  return received.slice(0, -1).map(({ payload }) => payload ?? '');
}

describe('an insert notifies', () => {
  test('once per statement, with the table and the highest id, never the event', async () => {
    await source.query(`SELECT append_events(ARRAY['1', '{"a": "secret"}', '3']::jsonb[])`);
    await source.query("SELECT insert_events('($1[1], $2, ''4'')')");
    await source.query("INSERT INTO events VALUES (9, now(), '{}'), (7, now(), '{}')");
    expect((await notified()).map((payload) => JSON.parse(payload))).toEqual(
      [3, 4, 9].map((id) => ({ table: 'events', id })),
    );
  });

  test('not at all when nothing came of it', async () => {
    await source.query("INSERT INTO events SELECT 1, now(), '{}' WHERE false");
    await source.query('BEGIN');
    await source.query("SELECT append_events('{1}')");
    await source.query('ROLLBACK');
    expect(await notified()).toEqual([]);
  });
});

describe('events are immutable:', () => {
  test.each([
    ['UPDATE', "UPDATE events SET event = '2'"],
    ['UPDATE', 'UPDATE events SET ts = ts WHERE false'],
    ['DELETE', 'DELETE FROM events'],
    ['TRUNCATE', 'TRUNCATE events'],
  ])('%s is refused, even to the owner: %s', async (command, sql) => {
    await source.query("SELECT append_events('{1}')");
    await expect(source.query(sql)).rejects.toThrow(
      `${command} of table events is not allowed: events are immutable`,
    );
    expect(await source.query('SELECT id, event::text FROM events')).toEqual([{ id: 1n, event: '1' }]);
  });
});
