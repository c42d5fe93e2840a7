/** `notifyDestination`: readers of a destination are notified of each write when it is committed. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { startDistance } from '../support/network/distance.js';
import { connectTo } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';
import { sharedServerFacts } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

/** A reader that listens to a destination. At each notification it looks at once how far the destination is. */
class Listener implements AsyncDisposable {
  readonly payloads: string[] = [];
  /** Highest id that was there when each notification came. */
  readonly seen: Promise<bigint | undefined>[] = [];
  readonly #listening: Connection;
  readonly #looking: Connection;

  private constructor(listening: Connection, looking: Connection) {
    this.#listening = listening;
    this.#looking = looking;
    listening.client.on('notification', ({ channel, payload = '' }: pg.Notification) => {
      expect(channel).toBe('eventsinsert');
      this.payloads.push(payload);
      const asking = looking.query<{ id: bigint }>('SELECT max(id) AS id FROM public.events');
      this.seen.push(asking.then(([row]) => row?.id));
    });
  }

  static async on(params: ConnectionParams): Promise<Listener> {
    const looking = await connect(params, {
      applicationName: 'slate-test',
      connectTimeoutMs: 15_000,
      pipeline: true,
    });
    const listener = new Listener(await connectTo(params), looking);
    await listener.#listening.query('LISTEN eventsinsert');
    return listener;
  }

  get ids(): bigint[] {
    return this.payloads.map((payload) => BigInt(JSON.parse(payload).id));
  }

  async until(id: bigint): Promise<void> {
    await until(`event ${id} was notified of`, () => this.ids.includes(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening[Symbol.asyncDispose]();
    await this.#looking[Symbol.asyncDispose]();
  }
}

function notifying(params: ConnectionParams): ConnectionParams {
  return { ...params, notifyDestination: true };
}

/** Every notification names an event that was there when it came. */
async function expectCommitted({ ids, seen }: Listener): Promise<void> {
  const there = await Promise.all(seen);
  expect(ids.filter((id, n) => id > (there[n] ?? 0n))).toEqual([]);
}

test('a live destination notifies once for each write, with the payload of a source, when the events are there', async () => {
  await using all = await createInstallation();
  await using listener = await Listener.on(all.destination());
  await using source = await Listener.on(all.source);
  await using replicator = all.start({ replicationDestinations: [notifying(all.destination())] });
  await replicator.log.until('caught up');
  for (const events of [1, 3, 200]) {
    const id = await all.append(events);
    await Promise.all([listener.until(id), source.until(id)]);
  }
  expect(listener.payloads).toEqual([
    '{"table":"events","id":1}',
    '{"table":"events","id":4}',
    '{"table":"events","id":204}',
  ]);
  const asJson = (payloads: readonly string[]) => payloads.map((payload) => JSON.parse(payload) as unknown);
  expect(asJson(listener.payloads)).toEqual(asJson(source.payloads));
  await expectCommitted(listener);
});

test('without the option nobody is notified', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await using silent = await Listener.on(all.destination(0));
  await using told = await Listener.on(all.destination(1));
  await all.append(5);
  await all.copyOnce({ replicationDestinations: [all.destination(0), notifying(all.destination(1))] });
  await told.until(5n);
  expect(silent.payloads).toEqual([]);
});

describe('it notifies of the last event of each write', () => {
  test.for<[string, Parameters<Installation['start']>[0]]>([
    ['in a first load with several lanes', { lanes: 4 }],
    ['whose indexes are deferred', { deferIndexes: true }],
  ])('%s', async ([, options]) => {
    await using all = await createInstallation();
    for (let n = 0; n < 8; n++) await all.append(9_000);
    await using listener = await Listener.on(all.destination());
    await all.copyOnce({ ...options, replicationDestinations: [notifying(all.destination())] });
    await listener.until(72_000n);
    expect(listener.ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => BigInt(n * 9_000)));
    await expectCommitted(listener);
  });

  test('of a transaction that is too large for memory', async () => {
    await using all = await createInstallation();
    await all.query(
      all.source,
      "SELECT append_events(ARRAY(SELECT jsonb_build_object('n', n, 'text', repeat(md5(n::text), 10)) FROM generate_series(1, 5000) n))",
    );
    await using listener = await Listener.on(all.destination());
    const replicationDestinations = [notifying(all.destination())];
    await all.copyOnce({ memoryBudgetBytes: 1_000_000, replicationDestinations });
    await listener.until(5_000n);
    expect(listener.ids).toEqual([5_000n]);
  });

  test('in a gap', async () => {
    await using all = await createInstallation();
    await all.append(20);
    await all.copyOnce();
    await all.query(all.destination(), 'DELETE FROM events WHERE id BETWEEN 5 AND 9');
    await using listener = await Listener.on(all.destination());
    await all.copyOnce({ replicationDestinations: [notifying(all.destination())] });
    await listener.until(9n);
    expect(listener.ids).toEqual([9n]);
  });

  test('of a far destination, whose writes follow each other', async () => {
    await using all = await createInstallation();
    await using listener = await Listener.on(all.destination());
    await using distance = await startDistance(all.destination(), 20);
    const far = notifying(distance.through(all.destination()));
    await using replicator = all.start({ replicationDestinations: [far] });
    await replicator.log.until('caught up');
    for (let n = 0; n < 10; n++) await all.append(2);
    await listener.until(20n);
    expect(new Set(listener.ids).size).toBe(listener.ids.length);
    await expectCommitted(listener);
  });
});

test('a write that is refuted notifies nobody', async () => {
  await using all = await createInstallation();
  await using listener = await Listener.on(all.destination());
  await using _replicator = all.start({
    replicationDestinations: [notifying(all.destination())],
    onError: 'retry',
  });
  await all.append(3);
  await listener.until(3n);
  await all.query(all.destination(), 'DELETE FROM events WHERE id = 3');
  await all.append(3);
  await listener.until(6n);
  expect(listener.ids).toEqual([3n, 6n]);
  await expectCommitted(listener);
});

describe('where the server has no room for another notification', () => {
  let small: PostgresServer;
  beforeAll(async () => {
    small = await startPostgres({ settings: { max_notify_queue_pages: '64' } });
  });
  afterAll(() => small[Symbol.asyncDispose]());

  test('the destination tries again with what to do, and goes on when there is room', async ({ skip }) => {
    skip(sharedServerFacts().major < 17, 'The queue of this server cannot be made small.');
    await using all = await createInstallation({ destinationServers: [small] });
    await using idle = await connectTo(all.destination());
    await idle.query('LISTEN eventsinsert');
    await idle.query('BEGIN');
    await fillQueue(all);
    await all.append(5);
    const replicationDestinations = [notifying(all.destination())];
    await using replicator = all.start({ replicationDestinations, onError: 'retry' });
    const [record] = await replicator.log.until('destination failed: trying again');
    expect(record?.['err']).toMatchObject({
      message: expect.stringContaining('too many notifications in the NOTIFY queue [54000]'),
      hint: expect.stringContaining('take notifyDestination away'),
    });
    expect(await all.count(all.destination())).toBe(0);
    await idle.query('COMMIT');
    await all.untilEqual();
  });
});

/** Notifies until the queue is full: each of these takes a page of it. */
async function fillQueue(all: Installation): Promise<void> {
  const filler =
    "SELECT count(pg_notify('filler', repeat('x', 7000) || n)) FROM generate_series(1, $1::int) AS n";
  for (const pages of [16, 4, 1]) while (await succeeds(all.query(all.destination(), filler, [pages])));
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
