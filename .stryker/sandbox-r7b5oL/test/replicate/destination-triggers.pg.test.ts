/** Nobody hides or changes rows unseen in a destination, and those who only look at them are left in peace. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { OperatorError } from '../../src/common/operator-error.js';
import { checkOnly } from '../../src/replicate/check.js';
import { RunningCommand } from '../support/commands/command.js';
import {
  createInstallation,
  type Installation,
  type StartOptions,
} from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

const SWALLOW = 'IF NEW.id % 7 = 0 THEN RETURN NULL; END IF; RETURN NEW;';
const CHANGE = `NEW.event := NEW.event || '{"x": 1}'; RETURN NEW;`;

/** A function for triggers. */
function triggerFunction(body: string): string {
  return `CREATE FUNCTION public.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;`;
}

/** The table of a destination in partitions, of which the first holds the ids up to 5. */
const PARTITIONED = `
  DROP TABLE events;
  CREATE TABLE events (id bigint NOT NULL, ts timestamptz NOT NULL, event jsonb NOT NULL) PARTITION BY RANGE (id);
  ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
  CREATE TABLE "Low ids" PARTITION OF events FOR VALUES FROM (MINVALUE) TO (6);
  CREATE TABLE high_ids PARTITION OF events DEFAULT;`;

const ON_INSERT = 'CREATE TRIGGER act BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION act();';

/** What can swallow or change rows, and the table that it is said to be on. */
const REFUSED: Readonly<Record<string, { readonly sql: string; readonly on?: string }>> = {
  'swallows rows': { sql: triggerFunction(SWALLOW) + ON_INSERT },
  'changes rows': { sql: triggerFunction(CHANGE) + ON_INSERT },
  'fires for INSERT among others': {
    sql: `${triggerFunction(CHANGE)}CREATE TRIGGER act BEFORE INSERT OR UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION act()`,
  },
  'fires whatever the session is': {
    sql: `${triggerFunction(CHANGE)}${ON_INSERT}ALTER TABLE events ENABLE ALWAYS TRIGGER act`,
  },
  'is on a partition': {
    sql: `${PARTITIONED}${triggerFunction(CHANGE)}CREATE TRIGGER act BEFORE INSERT ON "Low ids" FOR EACH ROW EXECUTE FUNCTION act()`,
    on: 'public."Low ids"',
  },
  'is on a table with partitions': { sql: PARTITIONED + triggerFunction(CHANGE) + ON_INSERT },
};

/** What leaves the rows as they are. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'is switched off': `${triggerFunction(CHANGE)}${ON_INSERT}ALTER TABLE events DISABLE TRIGGER act`,
  'is for sessions of native replication': `${triggerFunction(CHANGE)}${ON_INSERT}ALTER TABLE events ENABLE REPLICA TRIGGER act`,
  'is not for INSERT': `${triggerFunction(CHANGE)}CREATE TRIGGER act BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION act()`,
  'fires once per statement': `${triggerFunction('RETURN NULL;')}CREATE TRIGGER act BEFORE INSERT ON events EXECUTE FUNCTION act()`,
  'is a rule, which COPY ignores': 'CREATE RULE act AS ON INSERT TO events DO INSTEAD NOTHING',
  'is switched off on a table with partitions': `${PARTITIONED}${triggerFunction(CHANGE)}${ON_INSERT}ALTER TABLE events DISABLE TRIGGER act`,
};

/** What a start says, which must be what `--check` says. */
async function refusal(all: Installation): Promise<OperatorError> {
  await using replicator = all.start({ once: true });
  const refused = (await replicator.failure()) as OperatorError;
  const checked = await checkOnly(all.config(), new LogRecords().logger).catch(
    (error: OperatorError) => error,
  );
  expect(checked).toMatchObject({ message: refused.message, hint: refused.hint });
  return refused;
}

describe.concurrent('what acts on a row before it is inserted into a destination', () => {
  test.each(Object.entries(REFUSED))(
    'is refused by name, with the statement that mends it, when it %s',
    async (_, { sql, on = 'public.events' }) => {
      await using all = await createInstallation();
      await all.query(all.destination(), sql);
      await all.append(20);
      const { message, hint } = await refusal(all);
      expect(message).toContain(`cannot be a destination: trigger "act" on ${on} can swallow or change rows`);
      expect(await all.count(all.destination())).toBe(0);
      const [mend] = /ALTER TABLE .* DISABLE TRIGGER "act";/.exec(hint ?? '') ?? [];
      await all.query(all.destination(), mend ?? 'no statement');
      await all.copyOnce();
      await all.untilEqual();
    },
  );

  test.each(Object.entries(ACCEPTED))('is fine when it %s', async (_, sql) => {
    await using all = await createInstallation();
    await all.query(all.destination(), sql);
    await all.append(20);
    await all.copyOnce();
    await all.untilEqual();
  });

  test('is judged by what fires in our session: where the database is set to be a replica, REPLICA triggers do', async () => {
    await using all = await createInstallation();
    const { databaseName } = all.destination();
    await all.query(all.destination(), `${triggerFunction(CHANGE)}${ON_INSERT}`);
    await all.query(
      all.destination(),
      `ALTER DATABASE "${databaseName}" SET session_replication_role = 'replica'`,
    );
    await all.append(20);
    await all.copyOnce();
    await all.untilEqual();
    await all.query(all.destination(), 'ALTER TABLE events ENABLE REPLICA TRIGGER act');
    expect((await refusal(all)).message).toContain('trigger "act"');
  });

  test('is refused in whatever place the rows are not a table: a view is none, also with INSTEAD OF triggers', async () => {
    await using all = await createInstallation();
    await all.query(
      all.destination(),
      `${triggerFunction('INSERT INTO e2 VALUES (NEW.*); RETURN NEW;')}
       ALTER TABLE events RENAME TO e2; CREATE VIEW events AS SELECT * FROM e2;
       CREATE TRIGGER act INSTEAD OF INSERT ON events FOR EACH ROW EXECUTE FUNCTION act()`,
    );
    expect((await refusal(all)).message).toContain(
      'cannot be a destination: "events" is a view, must be a table.',
    );
  });
});

/**
 * A reader that keeps what it needs from the events as they come. Its counter makes its transactions wait for each other;
 * its journal shows in which order it saw the rows.
 */
const READER = `
  CREATE TABLE journal (place bigint GENERATED ALWAYS AS IDENTITY, id bigint);
  CREATE TABLE counter (rows bigint); INSERT INTO counter VALUES (0);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO journal (id) VALUES (NEW.id); UPDATE counter SET rows = rows + 1; RETURN NULL; END $$;
  CREATE TRIGGER note AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION note();
  CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('arrived', (SELECT max(id) FROM new_events)::text); RETURN NULL; END $$;
  CREATE TRIGGER announce AFTER INSERT ON events REFERENCING NEW TABLE AS new_events EXECUTE FUNCTION announce();`;

const WAYS: Readonly<Record<string, StartOptions>> = {
  'in lanes': { lanes: 4, maxEventsPerWrite: 100 },
  'through the pipe': { memoryBudgetBytes: 1 },
  'with deferred indexes': { deferIndexes: true, lanes: 4, maxEventsPerWrite: 100 },
};

/** The ids that a reader's triggers have seen, in that order. */
async function journal(all: Installation): Promise<bigint[]> {
  const rows = await all.query<{ id: bigint }>(all.destination(), 'SELECT id FROM journal ORDER BY place');
  return rows.map(({ id }) => id);
}

describe.concurrent('AFTER triggers of a reader see every row once and in order, and their notifications arrive,', () => {
  test.each(Object.entries(WAYS))('%s and live', async (_, way) => {
    await using all = await createInstallation();
    await all.query(all.destination(), READER);
    const notified: (string | undefined)[] = [];
    await using listener = await connectTo(all.destination());
    listener.client.on('notification', ({ payload }) => notified.push(payload));
    await listener.query('LISTEN arrived');
    for (let n = 0; n < 10; n++) await all.append(60);
    await using running = all.start(way);
    await running.log.until('caught up');
    await all.append(5);
    await all.append(1);
    await all.untilEqual();
    expect(await journal(all)).toEqual(Array.from({ length: 606 }, (_, n) => BigInt(n + 1)));
    expect(await all.query(all.destination(), 'SELECT FROM counter WHERE rows = 606')).toHaveLength(1);
    await until('the last event was announced', () => notified.at(-1) === '606');
    await running.stop();
  });
});

describe('where rows of two batches exclude each other', () => {
  test.each([
    ['a unique index', "CREATE UNIQUE INDEX extra ON events ((event ->> 'tag'))", '23505'],
    [
      'an exclusion constraint',
      "ALTER TABLE events ADD CONSTRAINT extra EXCLUDE USING btree ((event ->> 'tag') WITH =)",
      '23P01',
    ],
  ])('because of %s, lanes do not wait for each other for ever', async (_, sql, code) => {
    await using all = await createInstallation();
    await all.query(all.destination(), sql);
    for (let batch = 0; batch < 4; batch++)
      await all.append(
        Array.from({ length: 9 }, (_, n) => JSON.stringify({ tag: n === 4 ? 'same' : `${batch} ${n}` })),
      );
    await using holder = await connectTo(all.destination());
    await holder.query(`BEGIN; INSERT INTO events (id, ts, event) VALUES (1, now(), '{}')`);
    await using running = all.start({ lanes: 2, maxEventsPerWrite: 10 });
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until('the first batch waited', async () => (await all.query(all.destination(), waits)).length > 0);
    await holder.query('ROLLBACK');
    expect(await running.failure()).toMatchObject({
      message: expect.stringMatching(`write event 14 to .*\\[${code}\\]`),
    });
    expect(await all.count(all.destination())).toBe(9);
  });
});

test('lanes that wait for each other because of what cannot be known are found out, and one goes on', async () => {
  await using all = await createInstallation();
  await all.query(
    all.destination(),
    `CREATE FUNCTION public.one_at_a_time(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS
       $$ BEGIN IF $1 > 5 THEN PERFORM pg_advisory_xact_lock(7); END IF; RETURN $1; END $$;
     CREATE INDEX one_at_a_time ON events (one_at_a_time(id))`,
  );
  for (let batch = 0; batch < 4; batch++) await all.append(9);
  await using holder = await connectTo(all.destination());
  await holder.query(`BEGIN; INSERT INTO events (id, ts, event) VALUES (1, now(), '{}')`);
  await using running = all.start({ lanes: 2, maxEventsPerWrite: 10 });
  const lanes = `SELECT FROM pg_stat_activity WHERE datname = current_database()
                    AND starts_with(application_name, 'slate-replicator:')`;
  const copied = `${lanes} AND state = 'idle in transaction'`;
  await until('a later lane had copied', async () => (await all.query(all.destination(), copied)).length > 0);
  await holder.query('ROLLBACK');
  await all.untilEqual();
  const [failed] = running.log.of('destination failed: trying again');
  expect(failed?.['err']).toMatchObject({
    message: expect.stringMatching(/^Parallel writes into .* block each other/),
  });
  await running.stop();
});

/** Makes transactions with other rows wait for each other, and keeps which server process inserted them. */
const JOURNAL_AND_LOCK = `
  CREATE TABLE journal (pid int, id bigint);
  CREATE FUNCTION public.note(bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS
    $$ BEGIN INSERT INTO public.journal VALUES (pg_backend_pid(), $1); END $$;
  CREATE FUNCTION public.one_at_a_time(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN IF $1 > 5 THEN PERFORM pg_advisory_xact_lock(7); END IF; PERFORM public.note($1); RETURN $1; END $$;
  CREATE INDEX one_at_a_time ON events (one_at_a_time(id));`;

test('after lanes have waited for each other, one session writes all that is left, and none waits again', async () => {
  await using all = await createInstallation();
  await all.query(all.destination(), JOURNAL_AND_LOCK);
  for (let batch = 0; batch < 60; batch++) await all.append(9);
  await using holder = await connectTo(all.destination());
  await holder.query(`BEGIN; INSERT INTO events (id, ts, event) VALUES (1, now(), '{}')`);
  await using running = all.start({ lanes: 4, maxEventsPerWrite: 10 });
  const copied = `SELECT FROM pg_stat_activity WHERE datname = current_database()
                     AND starts_with(application_name, 'slate-replicator:') AND state = 'idle in transaction'`;
  await until('a later lane had copied', async () => (await all.query(all.destination(), copied)).length > 0);
  await holder.query('ROLLBACK');
  await all.untilEqual();
  expect(running.log.of('destination failed: trying again')).toHaveLength(1);
  const writers = await all.query(all.destination(), 'SELECT DISTINCT pid FROM journal');
  expect(writers).toHaveLength(1);
  await running.stop();
});

describe.concurrent('--repair', () => {
  const OBSTACLES: Readonly<
    Record<string, { readonly sql: string; readonly what: string; readonly mend: string }>
  > = {
    'a trigger before rows are inserted': {
      sql: triggerFunction(CHANGE) + ON_INSERT,
      what: 'trigger "act" on public.events can swallow or change rows before they are inserted',
      mend: 'ALTER TABLE public.events DISABLE TRIGGER "act";',
    },
    'a trigger before rows are updated': {
      sql: `${triggerFunction(CHANGE)}CREATE TRIGGER act BEFORE UPDATE OF ts ON events FOR EACH ROW EXECUTE FUNCTION act()`,
      what: 'cannot be repaired: trigger "act" on public.events can swallow or change rows before they are updated',
      mend: 'ALTER TABLE public.events DISABLE TRIGGER "act";',
    },
    'a rule for UPDATE': {
      sql: 'CREATE RULE act AS ON UPDATE TO events DO ALSO DELETE FROM events WHERE id = OLD.id',
      what: 'cannot be repaired: rule "act" on public.events can replace the update of rows with something else',
      mend: 'ALTER TABLE public.events DISABLE RULE "act";',
    },
  };

  async function repair(all: Installation) {
    await using command = new RunningCommand('slate-events-diff', [
      '-c',
      all.writeConfig(),
      '--repair',
      '--yes',
    ]);
    return await command.ended();
  }

  test.each(Object.entries(OBSTACLES))(
    'refuses %s by name, and does its work when it is switched off',
    async (_, { sql, what, mend }) => {
      await using all = await createInstallation();
      await all.append(20);
      await all.copyOnce();
      await all.query(
        all.destination(),
        "DELETE FROM events WHERE id = 4; UPDATE events SET event = '1' WHERE id = 5",
      );
      const before = await all.digest(all.destination());
      await all.query(all.destination(), sql);
      const { code, stderr } = await repair(all);
      expect(code).toBe(2);
      expect(stderr).toContain(what);
      expect(stderr).toContain(mend);
      expect(await all.digest(all.destination())).toBe(before);
      await all.query(all.destination(), mend);
      expect((await repair(all)).code).toBe(0);
      await all.untilEqual();
    },
  );
});
