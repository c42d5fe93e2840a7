// @ts-nocheck
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import { ReadingConnections } from '../../src/source/reading-connections.js';

/** A session that never fails. */
function idle(): Promise<Connection> {
  const lost = new AbortController().signal;
  return Promise.resolve({ lost, async [Symbol.asyncDispose]() {} } as Partial<Connection> as Connection);
}

/** Starts a read that lasts until it is ended. */
function startRead(connections: ReadingConnections, urgent: boolean) {
  const read = { started: false, end: () => {} };
  const lasting = new Promise<void>((resolve) => {
    read.end = resolve;
  });
  const done = connections.use(urgent, async () => {
    read.started = true;
    await lasting;
  });
  return { read, done };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('5 isolation: reads at the tip of the table', () => {
  it('do not wait for those of destinations that are behind, however many these are', async () => {
    const connections = new ReadingConnections(idle);
    const behind = [1, 2, 3, 4].map(() => startRead(connections, false));
    const urgent = startRead(connections, true);
    await settled();
    expect(behind.map(({ read }) => read.started)).toEqual([true, true, false, false]);
    expect(urgent.read.started).toBe(true);
    for (const { read } of [...behind, urgent]) read.end();
    await Promise.all([...behind, urgent].map(({ done }) => done));
  });

  it('come first when they have to wait', async () => {
    const connections = new ReadingConnections(idle, 2);
    const [first, second] = [startRead(connections, false), startRead(connections, true)];
    const [behind, urgent] = [startRead(connections, false), startRead(connections, true)];
    await settled();
    expect([behind.read.started, urgent.read.started]).toEqual([false, false]);
    first.read.end();
    await settled();
    expect([behind.read.started, urgent.read.started]).toEqual([false, true]);
    for (const { read } of [second, behind, urgent]) read.end();
    await Promise.all([first, second, behind, urgent].map(({ done }) => done));
  });
});

describe('short questions', () => {
  it('at the same time share one session', async () => {
    const opened: Connection[] = [];
    const connections = new ReadingConnections(async () => {
      const connection = await idle();
      opened.push(connection);
      return connection;
    });
    const ask = () => connections.useTogether(async (connection) => connection);
    const asked = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(asked)).toEqual(new Set(opened));
    expect(opened).toHaveLength(1);
    expect(await ask()).toBe(opened[0]);
    expect(await connections.use(false, async (connection) => connection)).toBe(opened[0]);
  });

  it('that follow one whose session could not be opened have another one opened', async () => {
    const opening = [Promise.reject(new Error('not now')), idle()];
    const connections = new ReadingConnections(() => opening.shift() as Promise<Connection>);
    await expect(connections.useTogether(async () => {})).rejects.toThrow('not now');
    await connections.useTogether(async () => {});
    expect(opening).toEqual([]);
  });

  it('do not join a session that is lost', async () => {
    const loss = new AbortController();
    const lost = { lost: loss.signal } as Partial<Connection> as Connection;
    const opening = [Promise.resolve(lost), idle()];
    const connections = new ReadingConnections(() => opening.shift() as Promise<Connection>);
    const waiting = connections.useTogether(() => new Promise(() => {}));
    const failing = connections.useTogether(async () => loss.abort());
    await failing;
    await connections.useTogether(async () => {});
    expect(opening).toEqual([]);
    void waiting;
  });
});
