// @ts-nocheck
import { expect, test } from 'vitest';
import { describeDatabase } from '../../src/pg/connection-params.js';
import { explainDatabaseError } from '../../src/pg/explain-error.js';
import { createInstallation } from '../support/installation/installation.js';

/** A message as whoever did the work would have it: it takes the other database for the one that failed. */
async function explained(work: Promise<unknown>, context: Parameters<typeof explainDatabaseError>[1]) {
  const error = await work.then(
    () => expect.unreachable('it must fail'),
    (cause: unknown) => cause,
  );
  return explainDatabaseError(error, context).message;
}

test('an error names the database that it came from, whoever explains it', async () => {
  await using all = await createInstallation();
  const [source, destination] = [await all.session(all.source), await all.session(all.destination())];
  const message = await explained(source.query('SELECT 1 / 0'), {
    doing: 'read from',
    params: all.destination(),
  });
  expect(message).toContain(`Cannot read from ${describeDatabase(all.source)}`);
  const other = await explained(destination.query('SELECT 1 / 0'), {
    doing: 'read from',
    params: all.source,
  });
  expect(other).toContain(`Cannot read from ${describeDatabase(all.destination())}`);
});
