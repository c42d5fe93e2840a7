// @ts-nocheck
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommitGate } from '../../src/threads/commit-gate.js';

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  void promise.then(() => {
    pending = false;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return pending;
}

describe('the commit gate', () => {
  it('lets the first ticket pass, and each next one when the one before has committed', async () => {
    const gate = new CommitGate();
    expect(await gate.mayCommit(0n)).toBe(true);
    const second = gate.mayCommit(1n);
    expect(await isPending(second)).toBe(true);
    gate.committed(0n);
    expect(await second).toBe(true);
  });

  it('makes tickets commit in their order, in whatever order they come', async () => {
    const order = fc.shuffledSubarray([0n, 1n, 2n, 3n, 4n, 5n], { minLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, async (tickets) => {
        const gate = new CommitGate();
        const committed: bigint[] = [];
        await Promise.all(
          tickets.map(async (ticket) => {
            expect(await gate.mayCommit(ticket)).toBe(true);
            committed.push(ticket);
            gate.committed(ticket);
          }),
        );
        expect(committed).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
      }),
      { numRuns: 50 },
    );
  });

  it('lets nobody pass once it is closed, neither who waits nor whose turn it is', async () => {
    const gate = new CommitGate();
    const waiting = [gate.mayCommit(1n), gate.mayCommit(2n)];
    const closed = gate.closed();
    expect(await isPending(closed)).toBe(true);
    gate.close();
    expect(await Promise.all([...waiting, gate.mayCommit(0n)])).toEqual([false, false, false]);
    await closed;
    await gate.closed();
    expect(gate.isClosed).toBe(true);
  });

  it('is the same in another thread', async () => {
    const gate = new CommitGate();
    const waiting = gate.mayCommit(1n);
    const commitFirst = `const { workerData } = require('node:worker_threads');
      const cells = new BigInt64Array(workerData);
      Atomics.store(cells, 0, 1n);
      Atomics.notify(cells, 0);`;
    new Worker(commitFirst, { eval: true, workerData: gate.cells });
    expect(await waiting).toBe(true);
  });
});
