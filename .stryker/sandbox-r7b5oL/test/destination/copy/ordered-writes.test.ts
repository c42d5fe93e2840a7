// @ts-nocheck
import { describe, expect, it } from 'vitest';
import { OrderedWrites, type PlannedWrite } from '../../../src/destination/copy/ordered-writes.js';
import { ServerLanes } from '../../../src/destination/copy/server-lanes.js';
import { LaneSlots } from '../../../src/destination/copy/write-slots.js';
import { CommitGate } from '../../../src/threads/commit-gate.js';
import type { WriteSuccess, WriteTask } from '../../../src/threads/messages.js';
import { WriteError } from '../../../src/threads/write-pool.js';

const SUCCESS: WriteSuccess = { ok: true, rows: 1, bytes: 1, times: { copyMs: 0, waitMs: 0, commitMs: 0 } };

interface Started {
  readonly task: WriteTask;
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

/** Writes that last until the test ends them. */
class Fixture {
  readonly started: Started[] = [];
  readonly log: string[] = [];
  readonly writes: OrderedWrites;
  readonly stopping = new AbortController();

  constructor(lanes: number, server = new ServerLanes(lanes)) {
    this.writes = new OrderedWrites({
      slots: new LaneSlots(lanes, server),
      stop: this.stopping.signal,
      write: (task) =>
        new Promise((resolve, reject) => {
          this.started.push({ task, succeed: () => resolve(SUCCESS), fail: reject });
        }),
    });
  }

  submit(name: string): Promise<void> {
    const plan: PlannedWrite = (place) => ({ ...place, kind: 'giant' }) as WriteTask;
    return this.writes.submit({
      plan,
      bytes: 1,
      done: () => this.log.push(`${name} done`),
      settled: () => this.log.push(`${name} settled, ${this.writes.inFlight} in flight`),
    });
  }
}

function closedByAnother(): WriteError {
  return new WriteError({ ok: false, kind: 'closed', message: 'an earlier batch failed' });
}

describe('the writes of one run', () => {
  it('use one lane per destination where several destinations of a server are behind', async () => {
    const server = new ServerLanes(2);
    const fixtures = [new Fixture(2, server), new Fixture(2, server)] as const;
    for (const fixture of fixtures) await fixture.submit('first');
    const second = fixtures[0].submit('second');
    expect(fixtures.map(({ started }) => started.length)).toEqual([1, 1]);
    fixtures[1].started[0]?.succeed();
    await fixtures[1].writes.drained();
    fixtures[0].started[0]?.succeed();
    await second;
    await fixtures[0].submit('third');
    expect(fixtures[0].writes.inFlight).toBe(2);
    for (const { succeed } of fixtures[0].started) succeed();
    await fixtures[0].writes.drained();
  });

  it('go out in order, with a ticket each, on as many lanes as there are', async () => {
    const fixture = new Fixture(2);
    await fixture.submit('first');
    await fixture.submit('second');
    const third = fixture.submit('third');
    expect(fixture.started.map(({ task }) => [task.ticket, task.lane])).toEqual([
      [0n, 0],
      [1n, 1],
    ]);
    fixture.started[1]?.succeed();
    await third;
    expect(fixture.started.map(({ task }) => [task.ticket, task.lane])[2]).toEqual([2n, 1]);
    for (const { succeed } of fixture.started) succeed();
    await fixture.writes.drained();
    expect(fixture.writes.inFlight).toBe(0);
  });

  it('take the lowest lane that is free: the session of a lane that is not needed becomes idle', async () => {
    const fixture = new Fixture(3);
    for (const name of ['first', 'second', 'third']) await fixture.submit(name);
    for (const { succeed } of fixture.started) succeed();
    await fixture.writes.drained();
    for (const name of ['fourth', 'fifth']) await fixture.submit(name);
    expect(fixture.started.map(({ task }) => task.lane)).toEqual([0, 1, 2, 0, 1]);
    for (const { succeed } of fixture.started) succeed();
    await fixture.writes.drained();
  });

  it('are not in flight any more when they are said to be settled', async () => {
    const fixture = new Fixture(2);
    await fixture.submit('only');
    fixture.started[0]?.succeed();
    await fixture.writes.drained();
    expect(fixture.log).toEqual(['only done', 'only settled, 0 in flight']);
  });

  it('are over with the first failure: the gate is closed, nothing more is started', async () => {
    const fixture = new Fixture(2);
    await fixture.submit('first');
    await fixture.submit('second');
    const third = fixture.submit('third');
    const failure = new Error('disk full');
    fixture.started[0]?.fail(failure);
    await expect(third).rejects.toBe(failure);
    expect(fixture.writes.failed.aborted).toBe(true);
    const gate = fixture.started[0]?.task.gate;
    expect(new CommitGate(gate as SharedArrayBuffer).isClosed).toBe(true);
    fixture.started[1]?.fail(closedByAnother());
    await expect(fixture.writes.drained()).rejects.toBe(failure);
    expect(fixture.log.filter((line) => line.includes('settled'))).toHaveLength(3);
    expect(fixture.log.filter((line) => line.includes('done'))).toEqual([]);
  });

  it('tell the failure itself, not that others rolled back because of it', async () => {
    const fixture = new Fixture(2);
    await fixture.submit('first');
    await fixture.submit('second');
    const failure = new WriteError({ ok: false, kind: 'destination', code: '53100', message: 'disk full' });
    fixture.started[1]?.fail(closedByAnother());
    fixture.started[0]?.fail(failure);
    await expect(fixture.writes.drained()).rejects.toBe(failure);
  });

  it('are not waited for by another one when the run is stopped', async () => {
    const fixture = new Fixture(1);
    await fixture.submit('first');
    const second = fixture.submit('second');
    fixture.stopping.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    expect(fixture.started).toHaveLength(1);
    expect(fixture.log).toEqual(['second settled, 1 in flight']);
  });

  it('are waited for when the run is closed', async () => {
    const fixture = new Fixture(1);
    await fixture.submit('first');
    let closed = false;
    const closing = fixture.writes.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    fixture.started[0]?.fail(closedByAnother());
    await closing;
  });
});
