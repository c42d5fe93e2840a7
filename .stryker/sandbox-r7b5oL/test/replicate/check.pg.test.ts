// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { type DivergenceError, OperatorError } from '../../src/common/operator-error.js';
import { describeDatabase } from '../../src/pg/connection-params.js';
import { checkOnly } from '../../src/replicate/check.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';

/** The plans that `--check` logs, by the destination's place. */
async function plansOf(all: Installation) {
  const log = new LogRecords();
  await checkOnly(all.config(), log.logger);
  const plans = log.of('plan');
  return all.destinations.map(({ databaseName }) =>
    plans.find(({ destination }) => String(destination).endsWith(databaseName)),
  );
}

describe('--check', () => {
  test('says how many events the source holds, and its last id', async () => {
    await using all = await createInstallation();
    await all.append(5);
    const log = new LogRecords();
    await checkOnly(all.config(), log.logger);
    expect(log.of('source checked')).toMatchObject([{ sourceEvents: 5n, sourceMaxId: 5n }]);
  });

  test('shows what is missing and how much of it, gaps in the middle too, and writes nothing', async () => {
    await using all = await createInstallation({ destinations: 4 });
    await all.append(300);
    await all.copyOnce({ replicationDestinations: all.destinations.slice(0, 3) });
    await all.append(50);
    await all.query(all.destination(1), 'DELETE FROM events WHERE id IN (7, 8, 9, 150)');
    await all.query(all.destination(2), 'DELETE FROM events WHERE id <= 20 OR id > 290');
    const digests = () => Promise.all(all.destinations.map((params) => all.digest(params)));
    const before = await digests();

    const tail = { from: 301n, to: 350n };
    expect(await plansOf(all)).toMatchObject([
      {
        missingEvents: 50n,
        destinationEvents: 300n,
        firstMissingId: 301n,
        lastMissingId: 350n,
        missingRanges: [tail],
      },
      {
        missingEvents: 54n,
        destinationEvents: 296n,
        firstMissingId: 7n,
        lastMissingId: 350n,
        missingRanges: [{ from: 7n, to: 9n }, { from: 150n, to: 150n }, tail],
      },
      {
        missingEvents: 80n,
        destinationEvents: 270n,
        firstMissingId: 1n,
        lastMissingId: 350n,
        missingRanges: [
          { from: 1n, to: 20n },
          { from: 291n, to: 350n },
        ],
      },
      {
        missingEvents: 350n,
        destinationEvents: 0n,
        firstMissingId: 1n,
        lastMissingId: 350n,
        missingRanges: [{ from: 1n, to: 350n }],
      },
    ]);
    expect(await digests()).toEqual(before);
  });

  test('lists at most twenty ranges and says how many more there are', async () => {
    await using all = await createInstallation();
    await all.append(200);
    await all.copyOnce();
    await all.query(all.destination(), 'DELETE FROM events WHERE id <= 100 AND id % 2 = 0');
    const [plan] = await plansOf(all);
    expect(plan).toMatchObject({
      missingEvents: 50n,
      firstMissingId: 2n,
      lastMissingId: 100n,
      moreMissingRanges: 30,
    });
    expect(plan?.['missingRanges']).toHaveLength(20);
  });

  test('says that nothing is missing', async () => {
    await using all = await createInstallation();
    await all.append(20);
    await all.copyOnce();
    expect(await plansOf(all)).toMatchObject([
      { missingEvents: 0n, destinationEvents: 20n, missingRanges: [] },
    ]);
  });

  test('works beside a running replicator, and says who writes', async () => {
    await using all = await createInstallation();
    await all.append(20);
    await using replicator = all.start();
    await all.untilEqual();
    const [plan] = await plansOf(all);
    expect(plan).toMatchObject({ missingEvents: 0n, destinationEvents: 20n });
    expect(plan?.['writer']).toMatch(/^"slate-replicator\/control:.*from \S+, server process \d+/);
    await all.append(5);
    await all.untilEqual();
    await replicator.stop();
  });

  test('looks at every destination, names each one that is wrong, and ends with the gravest', async () => {
    await using all = await createInstallation({ destinations: 4 });
    await all.append(20);
    await all.copyOnce();
    await all.query(all.destination(0), 'DROP TABLE events');
    await all.query(all.destination(2), "UPDATE events SET event = '1' WHERE id = 20");
    const log = new LogRecords();
    const error: DivergenceError = await checkOnly(all.config(), log.logger).then(
      () => expect.unreachable('it accepted them'),
      (refused) => refused,
    );
    expect(error.exitCode).toBe(3);
    const refused = log.of('destination refused');
    expect(refused.map(({ level }) => level)).toEqual([50, 50]);
    const name = (index: number) => describeDatabase(all.destination(index));
    expect(refused.map(({ destination }) => destination)).toEqual([name(0), name(2)]);
    for (const { err } of refused) expect(err).toBeInstanceOf(OperatorError);
    expect(log.of('plan').map(({ destination }) => destination)).toEqual([name(1), name(3)]);
  });
});
