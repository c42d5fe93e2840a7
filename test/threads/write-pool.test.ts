import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { WriteTask } from '../../src/threads/messages.js';
import { WritePool } from '../../src/threads/write-pool.js';
import { emptyWrite } from '../support/empty-write.js';

/** A write to a server on this port. */
function writeTo(port: number): WriteTask {
  const session = {
    params: { host: '127.0.0.1', port, databaseName: 'nowhere' },
    applicationName: 'test',
    connectTimeoutMs: 60_000,
    settings: {},
  };
  return emptyWrite(session, { destinationKey: String(port), order: 'exclusive' });
}

/** A server that takes connections and never says a word. */
async function silentServer() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, [Symbol.dispose]: () => server.close() };
}

function newPool(threads = 1, startedAtOnce = threads) {
  const errors: unknown[] = [];
  const pool = new WritePool({
    threads,
    startedAtOnce,
    onError: (error) => errors.push(error),
    onTrouble: () => {},
  });
  return { pool, errors, [Symbol.asyncDispose]: () => pool.stop() };
}

/** Starts a write that does not end, because its server never answers. */
async function startEndless(pool: WritePool, { server, port }: { server: Server; port: number }) {
  const underWay = pool.write(writeTo(port), 0);
  underWay.catch(() => {});
  await once(server, 'connection');
  return { underWay };
}

describe('the pool of threads that write', () => {
  it('says of each write that fails what its own thread has met, also beside one that does not end', async () => {
    using silent = await silentServer();
    await using fixture = newPool(2);
    const { pool, errors } = fixture;
    await startEndless(pool, silent);
    for (const affinity of [0, 1])
      await expect(pool.write(writeTo(1), affinity)).rejects.toMatchObject({
        kind: 'destination',
        code: 'ECONNREFUSED',
      });
    expect(errors).toEqual([]);
  });

  it('starts threads beyond the first when a destination needs them, and each serves writes of its own', async () => {
    using silent = await silentServer();
    await using fixture = newPool(3, 1);
    const { pool, errors } = fixture;
    await startEndless(pool, silent);
    for (const affinity of [0, 1, 2, 3, 4])
      await expect(pool.write(writeTo(1), affinity)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(errors).toEqual([]);
  });

  it('says of a bug in a thread what it was and where, and goes on with other writes', async () => {
    await using fixture = newPool();
    const broken = { ...writeTo(1), destination: undefined as unknown as WriteTask['destination'] };
    await expect(fixture.pool.write(broken, 0)).rejects.toMatchObject({
      kind: 'bug',
      message: expect.stringContaining('undefined'),
      stack: expect.stringMatching(/workers\/write-sessions/),
    });
    await expect(fixture.pool.write(writeTo(1), 0)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(fixture.errors).toEqual([]);
  });

  it('fails every write of a thread that is gone, and tells its owner', async () => {
    using silent = await silentServer();
    await using fixture = newPool();
    const { underWay } = await startEndless(fixture.pool, silent);
    const bug = fixture.pool.write(undefined as unknown as WriteTask, 0);
    await expect(bug).rejects.toThrow(/destructure/);
    await expect(underWay).rejects.toThrow(/destructure/);
    expect(fixture.errors).toHaveLength(1);
  });

  it('gives each destination one of its threads: one that is gone takes only its own with it', async () => {
    await using fixture = newPool(3);
    await expect(fixture.pool.write(undefined as unknown as WriteTask, 1)).rejects.toThrow(/destructure/);
    for (const affinity of [1, 4, 7])
      await expect(fixture.pool.write(writeTo(1), affinity)).rejects.toThrow(/destructure/);
    for (const affinity of [0, 2, 3, 5])
      await expect(fixture.pool.write(writeTo(1), affinity)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('fails also what is asked of a thread that is gone: nobody waits for an answer that cannot come', async () => {
    await using fixture = newPool();
    const bug = fixture.pool.write(undefined as unknown as WriteTask, 0);
    await expect(bug).rejects.toThrow(/destructure/);
    await expect(fixture.pool.write(writeTo(1), 0)).rejects.toThrow(/destructure/);
    expect(fixture.errors).toHaveLength(1);
  });

  it('stops at once, whatever is under way, and tells only who waits for it', async () => {
    using silent = await silentServer();
    await using fixture = newPool();
    const { underWay } = await startEndless(fixture.pool, silent);
    await fixture.pool.stop();
    await expect(underWay).rejects.toThrow();
    expect(fixture.errors).toEqual([]);
  });
});
