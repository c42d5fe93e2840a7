/** Guarantee 7: a destination that is not a copy is not written to, whatever made it so, and the others do not suffer. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';

const BAD = 1;

/** What happened between two runs, and how the first event that differs because of it is named. */
interface Accident {
  readonly happen: (all: Installation) => Promise<void>;
  readonly message: RegExp;
}

/** Undoes the source back to 300 events, as a restore of an old backup does. */
async function restoreTo300(all: Installation): Promise<void> {
  await all.query(
    all.source,
    `ALTER TABLE events DISABLE TRIGGER check_sql_command; DELETE FROM events WHERE id > 300;
     ALTER TABLE events ENABLE TRIGGER check_sql_command; UPDATE id SET id = 301`,
  );
  for (const good of [all.destination(0), all.destination(2)]) {
    await all.query(good, 'DELETE FROM events WHERE id > 300');
  }
}

const accidents: Record<string, Accident> = {
  'the source was restored and gave ids out again': {
    async happen(all) {
      await restoreTo300(all);
      await all.append(900);
    },
    message: /differs from source .*: event 301 has a different "event"/,
  },
  'an event of the destination was edited': {
    async happen(all) {
      await all.query(
        all.destination(BAD),
        `UPDATE events SET event = event || '{"edited": 1}' WHERE id = 950`,
      );
    },
    message: /differs from source .*: event 950 has a different "event"/,
  },
  'the destination has an event that the source has not': {
    async happen(all) {
      await all.query(
        all.source,
        `ALTER TABLE events DISABLE TRIGGER check_sql_command; DELETE FROM events WHERE id = 500;
         ALTER TABLE events ENABLE TRIGGER check_sql_command`,
      );
      for (const good of [0, 2]) await all.query(all.destination(good), 'DELETE FROM events WHERE id = 500');
    },
    message: /holds 1000 events, but the source holds only 999\. The first event that differs is 500/,
  },
  'the destination is ahead': {
    async happen(all) {
      await restoreTo300(all);
      await all.append(200);
    },
    message:
      /is ahead of the source: its last event is 1000, that of the source is 500\. The first event that differs is 301/,
  },
};

/** Three equal destinations, then the accident; nobody notices before the next start. */
async function afterAccident({ happen }: Accident): Promise<Installation> {
  const all = await createInstallation({ destinations: 3 });
  for (let n = 0; n < 10; n++) await all.append(100);
  await all.copyOnce();
  await happen(all);
  return all;
}

describe.concurrent('7 refusal:', () => {
  test.each(Object.entries(accidents))(
    'with onError "exit" nothing is written anywhere: %s',
    async (_, accident) => {
      await using all = await afterAccident(accident);
      const digests = () => Promise.all(all.destinations.map((params) => all.digest(params)));
      const before = await digests();
      const { code, stderr } = await all.runCommand();
      expect(code).toBe(3);
      expect(stderr).toMatch(accident.message);
      expect(stderr).toContain(all.destination(BAD).databaseName);
      expect(stderr).toContain('Nothing was written.');
      expect(stderr).toContain('slate-eventsDiff');
      expect(await digests()).toEqual(before);
    },
  );

  test.each(Object.entries(accidents))(
    'with onError "retry" that destination stops, the others go on, and the end is 3: %s',
    async (_, accident) => {
      await using all = await afterAccident(accident);
      const before = await all.digest(all.destination(BAD));
      await using command = all.startCommand([], { config: { onError: 'retry' } });
      const [stopped] = await command.log.until('destination stopped: a person must act');
      expect(stopped?.['destination']).toContain(all.destination(BAD).databaseName);
      expect(stopped).toMatchObject({ err: { message: expect.stringMatching(accident.message) } });
      await all.append(10);
      await all.untilEqual([all.destination(0), all.destination(2)]);
      expect(await all.digest(all.destination(BAD))).toBe(before);
      command.send('SIGTERM');
      expect((await command.ended()).code).toBe(3);
    },
  );
});

test('7 refusal: an edit that is noticed only in the middle of a run stops it as well', async () => {
  await using all = await createInstallation();
  await all.append(10);
  await using replicator = all.start({ onError: 'retry' });
  await replicator.log.until('caught up');
  await all.query(all.destination(), "UPDATE events SET id = 11, event = '1' WHERE id = 10");
  await all.append(1);
  await replicator.log.until('destination stopped: a person must act');
  expect(await all.count(all.destination())).toBe(10);
});
