/** What never passes is not tried for ever: it is named, with what to do, and the process says why it ends. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { OperatorError } from '../../src/common/operator-error.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { TableLock } from '../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';

const TRYING_AGAIN = 'destination failed: trying again';
const STOPPED = 'destination stopped: a person must act';
const STATES = { level: 50, msg: STOPPED };

/** Something in the destination that refuses event 3, which `events` holds, what is said of it, and how it is mended. */
interface Refusal {
  readonly make: string;
  readonly events: readonly string[];
  readonly message: RegExp;
  readonly hint: RegExp;
  readonly mend: string;
}

/** Text that hardly compresses. */
function text(characters: number): string {
  return Array.from({ length: characters }, (_, n) => ((n * n * 7919 + n * 31) % 9973).toString(36))
    .join('')
    .slice(0, characters);
}

const PLAIN = ['{"tag": "a"}', '{"tag": "b"}', '{"tag": "a"}'] as const;

function raising(code: string): string {
  return `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.id = 3 THEN RAISE EXCEPTION 'not here' USING ERRCODE = '${code}'; END IF; RETURN NULL; END $$;
    CREATE TRIGGER refuse AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.refuse()`;
}

const refusals: Record<string, Refusal> = {
  'another unique index': {
    make: "CREATE UNIQUE INDEX extra ON public.events ((event ->> 'tag'))",
    events: PLAIN,
    message: /Cannot write event 3 to .*"extra" \[23505\]/,
    hint: /Drop constraint or index "extra" of table "events"/,
    mend: 'DROP INDEX public.extra',
  },
  'a check constraint': {
    make: 'ALTER TABLE public.events ADD CONSTRAINT small CHECK (id <> 3)',
    events: PLAIN,
    message: /Cannot write event 3 to .*"small" \[23514\]/,
    hint: /Drop constraint or index "small" of/,
    mend: 'ALTER TABLE public.events DROP CONSTRAINT small',
  },
  'an index that the server names, because a value is too long for it': {
    make: "CREATE INDEX words ON public.events ((event ->> 'text'))",
    events: ['{}', '{}', JSON.stringify({ text: text(6_000) })],
    message: /Cannot write event 3 to .*"words" \[54000\]/,
    hint: /DROP INDEX public\."words";/,
    mend: 'DROP INDEX public.words',
  },
  'an index that the server does not name, because a value is far too long for it': {
    make: "CREATE INDEX words ON public.events (id, (event ->> 'text')) WHERE id > 2",
    events: [
      '{}',
      JSON.stringify({ text: text(90_000) }),
      JSON.stringify({ text: text(80_000), operation: 'short' }),
    ],
    message: /Cannot write event 3 to .*index row requires \d+ bytes, maximum size is 8191 \[54000\]/,
    hint: /DROP INDEX public\."words";/,
    mend: 'DROP INDEX public.words',
  },
  'a trigger that raises': {
    make: raising('P0001'),
    events: PLAIN,
    // The server fires it after the whole COPY, and does not say for which row.
    message: /Cannot write events to .*not here \[P0001\]/,
    hint: /what raised this error in the destination: PL\/pgSQL function (public\.)?refuse\(\)/,
    mend: 'DROP TRIGGER refuse ON public.events',
  },
};

/** What the first stopped destination was stopped with. */
function reasonOf(running: RunningReplicator): OperatorError {
  return running.log.of(STOPPED)[0]?.['err'] as OperatorError;
}

describe.concurrent('what refuses an event is named with the event, is not tried again, and holds nobody else up:', () => {
  test.each(Object.entries(refusals))('%s', async (_, { make, events, message, hint, mend }) => {
    await using all = await createInstallation({ destinations: 2 });
    await all.query(all.destination(1), make);
    {
      await using running = all.start({ onError: 'retry' });
      await running.log.until('caught up', { count: 2 });
      await all.append(events);
      await all.untilEqual([all.destination(0)]);
      await running.log.until(STOPPED);
      expect(reasonOf(running)).toMatchObject({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(running.log.of(STOPPED)).toMatchObject([STATES]);
      expect(running.log.of(TRYING_AGAIN)).toEqual([]);
      expect(await all.count(all.destination(1))).toBe(0);
      await running.stop();
    }
    await all.query(all.destination(1), mend);
    await all.copyOnce();
    await all.untilEqual();
  });

  test.each([
    'another unique index',
    'an index that the server does not name, because a value is far too long for it',
  ])('%s, also in a transaction that is piped', async (refusal) => {
    const { make, events, message, hint } = refusals[refusal] as Refusal;
    await using all = await createInstallation();
    await all.query(all.destination(), make);
    await all.append(events);
    await using running = all.start({ memoryBudgetBytes: 1 });
    expect(await running.failure()).toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(await all.count(all.destination())).toBe(0);
  });

  test.each([
    ['exit', ['--once']],
    ['exit', []],
    ['retry', ['--once']],
  ])('with onError "%s" and arguments %j it ends the process at once', async (onError, args) => {
    await using all = await createInstallation();
    await all.query(all.destination(), "CREATE UNIQUE INDEX extra ON events ((event ->> 'tag'))");
    await all.append(PLAIN);
    const { code, records, stderr } = await all.runCommand(args, { config: { onError } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Cannot write event 3 to .*"extra"/);
    expect(records.filter(({ msg }) => msg === TRYING_AGAIN)).toEqual([]);
    expect(records.at(-1)).toMatchObject({
      level: 60,
      msg: 'ended',
      err: { hint: expect.stringContaining('"extra"') },
    });
  });
});

/** Raises as long as fewer than `times` rows were tried, and counts beyond rollbacks. */
async function raiseAtFirst(
  all: Installation,
  { code, times }: { code: string; times: number },
): Promise<void> {
  await all.query(
    all.destination(),
    `CREATE SEQUENCE public.tries;
     CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF nextval('public.tries') <= ${times} THEN RAISE EXCEPTION 'not yet' USING ERRCODE = '${code}'; END IF; RETURN NULL; END $$;
     CREATE TRIGGER refuse AFTER INSERT ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse()`,
  );
}

describe.concurrent('with onError "retry"', () => {
  test('an error that nobody knows is tried a few times, then it stops the destination', async () => {
    await using all = await createInstallation();
    await raiseAtFirst(all, { code: 'ZZ999', times: 1_000 });
    await all.append(10);
    await using running = all.start({ onError: 'retry' });
    await running.failure();
    expect(running.log.of(TRYING_AGAIN)).toHaveLength(6);
    expect(reasonOf(running)).toMatchObject({
      message: expect.stringContaining('not yet [ZZ999]'),
      hint: 'Fix what the message names, then restart the replicator.',
    });
  });

  test('an error that nobody knows and that passes is overcome', async () => {
    await using all = await createInstallation();
    await raiseAtFirst(all, { code: 'ZZ999', times: 3 });
    await all.append(10);
    await using running = all.start({ onError: 'retry' });
    await all.untilEqual();
    expect(running.log.of(TRYING_AGAIN)).toHaveLength(3);
    expect(running.log.of(STOPPED)).toEqual([]);
  });

  test('an error that passes is tried again however often', async () => {
    await using all = await createInstallation();
    await raiseAtFirst(all, { code: '40P01', times: 9 });
    await all.append(10);
    await using running = all.start({ onError: 'retry' });
    await all.untilEqual();
    expect(running.log.of(TRYING_AGAIN)).toHaveLength(9);
  });

  test.each(['22012', '23505'])(
    'a destination that is looked at again because of %s is stopped when the same comes at the same place',
    async (code) => {
      await using all = await createInstallation();
      await raiseAtFirst(all, { code, times: 1_000 });
      await all.append(10);
      await using running = all.start({ onError: 'retry' });
      await running.failure();
      expect(running.log.of(TRYING_AGAIN)).toHaveLength(1);
      expect(running.log.of(STOPPED)).toHaveLength(1);
    },
  );

  test('a destination that somebody empties again and again is filled again and again', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using running = all.start({ onError: 'retry', pollIntervalMs: 200 });
    await running.log.until('caught up');
    for (let n = 1; n <= 3; n++) {
      await all.query(all.destination(), 'TRUNCATE events');
      await running.log.until(TRYING_AGAIN, { count: n });
      await all.untilEqual();
    }
    expect(running.log.of(STOPPED)).toEqual([]);
  });

  test('a source that may not be read any more ends the process', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using role = await RestrictedRole.create(all, [{ on: all.source, rights: 'SELECT' }]);
    const eventSource = role.in(all.source);
    const config = { onError: 'retry', eventSource, pollInterval: 200 };
    await using command = all.startCommand([], { config });
    await command.log.until('caught up', { count: 2 });
    await all.query(all.source, `REVOKE SELECT ON events FROM ${eventSource.user}`);
    const { code, records, stderr } = await command.ended();
    expect(code).toBe(1);
    expect(stderr).toContain('permission denied for table events [42501]');
    expect(records.filter(({ msg }) => msg === STOPPED)).toHaveLength(2);
    expect(records.at(-1)).toMatchObject({ level: 60, msg: 'ended' });
  });
});

/** Spoils the first two of three destinations in different ways. @returns their names. */
async function spoilTwo(all: Installation): Promise<string[]> {
  await all.query(all.destination(0), 'DROP TABLE events');
  await all.query(all.destination(1), 'ALTER TABLE events ALTER ts TYPE timestamp');
  return [all.destination(0), all.destination(1)].map(({ databaseName }) => databaseName);
}

describe.concurrent('destinations that are wrong are all named, each with its problem', () => {
  test.each([[[]], [['--once']], [['--check']]])(
    'with onError "exit" and arguments %j, and nothing is written',
    async (args) => {
      await using all = await createInstallation({ destinations: 3 });
      await all.append(10);
      const [first, second] = await spoilTwo(all);
      const { code, records, stderr } = await all.runCommand(args);
      expect(code).toBe(1);
      expect(stderr).toContain('2 destinations failed.');
      expect(stderr).toMatch(new RegExp(`/${first} cannot be a destination: table "events" is missing`));
      expect(stderr).toMatch(new RegExp(`/${second} cannot be a destination: column "ts" is "timestamp`));
      expect(stderr.match(/Create the database with slate-init-db/g)).toHaveLength(1);
      expect(records.at(-1)).toMatchObject({ level: 60, msg: 'ended' });
      expect(await all.count(all.destination(2))).toBe(0);
    },
  );

  test.each([[[]], [['--once']]])(
    'with onError "retry" and arguments %j, where the process says why it ends',
    async (args) => {
      await using all = await createInstallation({ destinations: 2 });
      await all.append(10);
      const names = await spoilTwo(all);
      const { code, records, stderr } = await all.runCommand(args, { config: { onError: 'retry' } });
      expect(code).toBe(1);
      for (const name of names) expect(stderr).toContain(`/${name} cannot be a destination`);
      expect(records.at(-1)).toMatchObject({
        level: 60,
        msg: 'ended',
        err: { message: expect.stringContaining('2 destinations failed.') },
      });
      expect(records.filter(({ msg, reason }) => msg === 'ended' && reason !== undefined)).toEqual([]);
    },
  );

  test('and the gravest decides the exit code', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    await all.copyOnce();
    await all.query(all.destination(0), "UPDATE events SET event = '1' WHERE id = 4");
    await all.query(all.destination(1), 'DROP TABLE events');
    expect((await all.runCommand()).code).toBe(3);
  });
});

test('a destination that does not answer keeps nobody from hearing what is wrong with another one', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(10);
  await all.query(all.destination(0), 'DROP TABLE events');
  await using _lock = await TableLock.take(all.destination(1), 'ACCESS EXCLUSIVE');
  await using running = all.start();
  expect(await running.failure()).toMatchObject({
    message: expect.stringContaining('cannot be a destination: table "events" is missing'),
  });
});

test('with --once a destination that cannot be reached is not waited for, and the others are copied', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(10);
  const gone = { ...all.destination(1), port: 1 };
  const config = { onError: 'retry', replicationDestinations: [all.destination(0), gone] };
  const { code, stderr, records } = await all.runCommand(['--once'], { config });
  expect(code).toBe(1);
  expect(stderr).toContain('ECONNREFUSED');
  expect(records.filter(({ msg }) => msg === TRYING_AGAIN)).toEqual([]);
  await all.untilEqual([all.destination(0)]);
});

test('a source that cannot be reached ends --once at once', async () => {
  await using all = await createInstallation();
  const config = { onError: 'retry', eventSource: { ...all.source, port: 1 } };
  const { code, stderr } = await all.runCommand(['--once'], { config });
  expect(code).toBe(1);
  expect(stderr).toContain('ECONNREFUSED');
});
