// @ts-nocheck
import { expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import { createInstallation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

test('a session that waits for a lock lets go of its own when it is disposed of', async () => {
  await using all = await createInstallation();
  await using holder = await connectTo(all.source);
  await holder.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE');
  const session = await connect(all.source, { applicationName: 'slate-test', connectTimeoutMs: 15_000 });
  await session.query('SELECT pg_advisory_lock(7)');
  const failing = expect(session.query('SELECT count(*) FROM public.events')).rejects.toMatchObject({
    code: '57014',
  });
  const waits = 'SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = $2';
  await until('it waited for the lock', async () => {
    return (await all.query(all.source, waits, [session.backendPid, 'Lock'])).length > 0;
  });
  await session[Symbol.asyncDispose]();
  await failing;
  await all.query(all.source, 'SELECT pg_advisory_lock(7)');
  await holder.query('ROLLBACK');
});
