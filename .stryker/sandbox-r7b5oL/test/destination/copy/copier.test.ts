// @ts-nocheck
import { expect, test } from 'vitest';
import { Copier } from '../../../src/destination/copy/copier.js';
import { ServerLanes } from '../../../src/destination/copy/server-lanes.js';
import { Tally } from '../../../src/destination/copy/tally.js';
import type { DestinationContext } from '../../../src/destination/destination-context.js';
import type { CacheRequest, Lease } from '../../../src/source/batch-cache.js';
import type { WriteSuccess } from '../../../src/threads/messages.js';
import { LogRecords } from '../../support/installation/log-records.js';
import { until } from '../../support/until.js';

const SUCCESS: WriteSuccess = { ok: true, rows: 1, bytes: 1, times: { copyMs: 0, waitMs: 0, commitMs: 0 } };

/** A source with one batch and, for ever, no second one; a destination that has written it when the test says so. */
class Fixture {
  readonly requests: CacheRequest[] = [];
  /** Whether the destination would have waited for room when it asked. */
  readonly wouldWait: boolean[] = [];
  finishWrite = () => {};

  readonly context = {
    name: 'replica',
    lanes: 2,
    serverLanes: new ServerLanes(2),
    source: {
      past: new AbortController().signal,
      batches: { acquire: (request: CacheRequest) => this.#acquire(request) },
    },
    pool: { write: () => this.#write() },
    log: new LogRecords().logger,
  } as unknown as DestinationContext;

  #acquire(request: CacheRequest): Promise<Lease> {
    this.wouldWait.push(request.mayWait());
    if (this.requests.push(request) > 1) return new Promise(() => {});
    const content = { slabs: [], bytes: 0 };
    const last = { id: 1n, ts: 0n, bytes: 2 };
    const facts = { predecessor: undefined, last, lastId: 1n, rows: 1, holes: [], complete: false };
    const result = { kind: 'batch', after: 0n, content, ...facts } as const;
    return Promise.resolve({ result, wakeUpsSeen: 0, release() {} });
  }

  #write(): Promise<WriteSuccess> {
    return new Promise((resolve) => {
      this.finishWrite = () => resolve(SUCCESS);
    });
  }
}

test('a destination waits for room in memory as long as it has a batch in hand, never with none', async () => {
  const fixture = new Fixture();
  const stopping = new AbortController();
  const total = new Tally();
  await using copier = new Copier(fixture.context, {
    sessionNumber: 1,
    stop: stopping.signal,
    total,
    pipelined: false,
  });
  const following = copier.follow({ after: 0n }, () => {});
  await until('it read ahead', () => fixture.requests.length === 2);
  fixture.finishWrite();
  await until('its batch was written', () => total.batches === 1);
  const afterwards = fixture.requests[1]?.mayWait();
  stopping.abort(new Error('the test is over'));
  await expect(following).rejects.toThrow('the test is over');
  expect([...fixture.wouldWait, afterwards]).toEqual([false, true, false]);
});

test('no record is made of a batch where nobody would see it', async () => {
  const written: string[] = [];
  const log = { write: (name: string) => written.push(name), isOn: () => false };
  const fixture = new Fixture();
  const stopping = new AbortController();
  const total = new Tally();
  const context = { ...fixture.context, log } as unknown as DestinationContext;
  await using copier = new Copier(context, {
    sessionNumber: 1,
    stop: stopping.signal,
    total,
    pipelined: false,
  });
  const following = copier.follow({ after: 0n }, () => {});
  await until('it had a batch in hand', () => fixture.requests.length === 2);
  fixture.finishWrite();
  await until('its batch was written', () => total.batches === 1);
  stopping.abort(new Error('the test is over'));
  await expect(following).rejects.toThrow('the test is over');
  expect(written).toEqual([]);
});
