/** Guarantee 2: no write is committed before it is known that the destination kept every row of it. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import {
  createInstallation,
  type Installation,
  type StartOptions,
} from '../support/installation/installation.js';

/** Somebody adds it while the replicator is at work: it swallows every other event. */
const SWALLOW = `
  CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.id % 2 = 0 THEN RETURN NULL; END IF; RETURN NEW; END $$;
  CREATE TRIGGER swallow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION swallow()`;

/** An AFTER trigger is the reader's business, but this one takes events out of the table. */
const TAKE_OUT = `
  CREATE FUNCTION take_out() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM public.events WHERE id % 2 = 0; RETURN NULL; END $$;
  CREATE TRIGGER take_out AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION take_out()`;

interface Way {
  readonly options: StartOptions;
  readonly write: (all: Installation) => Promise<unknown>;
}

const ways: Readonly<Record<string, Way>> = {
  'of a few events': { options: {}, write: (all) => all.append(4) },
  'of many events': { options: {}, write: (all) => all.append(500) },
  'of a transaction that is piped': {
    options: { memoryBudgetBytes: 100_000 },
    write: (all) => all.append(5_000),
  },
};

describe.concurrent('2 whole transactions: a write', () => {
  test.each(Object.entries(ways))(
    '%s is not committed when a trigger swallows a part of it',
    async (_, way) => {
      await using all = await createInstallation();
      await all.append(10);
      await using replicator = all.start({ onError: 'retry', ...way.options });
      await replicator.log.until('caught up');
      await all.query(all.destination(), SWALLOW);
      await way.write(all);
      const [stopped] = await replicator.log.until('destination stopped: a person must act');
      expect(stopped).toMatchObject({ err: { message: expect.stringContaining('swallow') } });
      expect(await all.count(all.destination())).toBe(10);
    },
  );

  test('is not committed when a trigger takes events out again', async () => {
    await using all = await createInstallation();
    await all.append(9);
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up');
    await all.query(all.destination(), TAKE_OUT);
    await all.append(4);
    const [stopped] = await replicator.log.until('destination stopped: a person must act');
    expect(stopped).toMatchObject({ err: { message: expect.stringContaining('has changed: ') } });
    expect(await all.count(all.destination())).toBe(9);
  });
});
