import { describe, expect, it } from 'vitest';
import { BugError } from '../../../src/common/bug.js';
import { explainFailure } from '../../../src/destination/errors/explain-failure.js';
import { reactionTo } from '../../../src/destination/errors/retry-or-stop.js';
import type { WriteFailure } from '../../../src/threads/messages.js';
import { WriteError } from '../../../src/threads/write-pool.js';

const DATABASE = { host: 'db1', port: 5432, user: 'me' };
const SIDES = {
  source: { ...DATABASE, databaseName: 'source' },
  destination: { ...DATABASE, databaseName: 'replica' },
};

function failure(fields: Partial<WriteFailure>): WriteError {
  return new WriteError({ ok: false, kind: 'destination', message: 'no', ...fields });
}

describe('what a destination failed with', () => {
  it('names the side that failed', () => {
    expect(explainFailure(failure({}), SIDES).message).toBe(
      'Cannot write events to db1:5432/replica as user "me": no',
    );
    expect(explainFailure(failure({ kind: 'source' }), SIDES).message).toBe(
      'Cannot read events from db1:5432/source as user "me": no',
    );
  });

  it('names the event', () => {
    expect(explainFailure(failure({ eventId: 7n, code: '23514' }), SIDES).message).toBe(
      'Cannot write event 7 to db1:5432/replica as user "me": no [23514]',
    );
  });

  it('is a bug, with the stack of the thread it happened in, and stops', () => {
    const error = explainFailure(
      failure({ kind: 'bug', message: 'x is not a function', stack: 'at worker' }),
      SIDES,
    );
    expect(error).toBeInstanceOf(BugError);
    expect(error.message).toBe('This is a bug of slate-replicator: x is not a function');
    expect(error.stack).toBe('at worker');
    expect(reactionTo(error)).toBe('stop');
  });

  it('is a bug where this thread made it', () => {
    const fault = new TypeError('x is not a function');
    const error = explainFailure(fault, SIDES);
    expect(error).toBeInstanceOf(BugError);
    expect(error.stack).toBe(fault.stack);
  });
});
