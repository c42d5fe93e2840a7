// @ts-nocheck
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';

test('a session that is stopped while it is being opened fails with the reason of the stop', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const stopping = new AbortController();
  const connecting = connect(
    { host: '127.0.0.1', port, databaseName: 'any', user: 'any' },
    { applicationName: 'slate-test', connectTimeoutMs: 60_000, signal: stopping.signal },
  );
  await once(silent, 'connection');
  const reason = new Error('stopped by SIGINT');
  stopping.abort(reason);
  await expect(connecting).rejects.toBe(reason);
  silent.close();
});
