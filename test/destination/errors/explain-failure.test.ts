import { describe, expect, it } from 'vitest';
import { BugError } from '../../../src/common/bug.js';
import { LookAgainError } from '../../../src/common/look-again-error.js';
import { OperatorError } from '../../../src/common/operator-error.js';
import { explainFailure, withSomeHint } from '../../../src/destination/errors/explain-failure.js';
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

  it('names the destination where no write failed', () => {
    const error = explainFailure(Object.assign(new Error('no'), { code: '57P01' }), SIDES);
    expect(error.message).toBe('Cannot replicate to db1:5432/replica as user "me": no [57P01]');
  });
});

describe('where the destination refuses an event, the hint', () => {
  const hintOf = (fields: Partial<WriteFailure>) => explainFailure(failure(fields), SIDES).hint;

  it('tells how to drop an index for which the value is too long, whatever it is called', () => {
    expect(hintOf({ code: '54000', constraint: 'by "name"' })).toBe(
      'The value is too long for the index. Run in the destination: DROP INDEX public."by ""name"""; ' +
        'An index on a digest of the value, such as md5(...), accepts any length.',
    );
  });

  it('names the constraint that a copy must not have', () => {
    expect(hintOf({ code: '23514', constraint: 'only_new' })).toBe(
      'Drop constraint or index "only_new" of table "events": the source holds this event, so a copy must accept it.',
    );
  });

  it('tells who keeps the server from sending notifications', () => {
    const full = { code: '54000', routine: 'PreCommit_Notify', constraint: 'by name' };
    expect(hintOf(full)).toMatch(/^A session of that server listens to notifications/);
  });

  it('names the line of the function that raised', () => {
    const where = 'PL/pgSQL function no() line 3 at RAISE\nSQL statement "INSERT"';
    expect(hintOf({ code: 'P0001', where })).toBe(
      'Fix or remove what raised this error in the destination: PL/pgSQL function no() line 3 at RAISE.',
    );
  });

  it.each([
    ['of another error that has a constraint', { code: '40P01', constraint: 'only_new' }],
    ['of another error that tells where', { code: '40P01', where: 'PL/pgSQL function no()' }],
    ['of an error without a code', { constraint: 'only_new', where: 'PL/pgSQL function no()' }],
    ['of a constraint without a name', { code: '23514' }],
    ['of a limit without a name', { code: '54000' }],
    ['of a function that is not known', { code: 'P0001' }],
  ])('is not made up: %s', (_, fields) => {
    expect(hintOf(fields)).toBeUndefined();
  });

  it('is the one that everybody gets for this error', () => {
    expect(hintOf({ code: '42501', constraint: 'only_new' })).toContain('docs/operations.md');
  });

  it('keeps the error of the worker as the cause', () => {
    const error = failure({ code: '23514' });
    expect(explainFailure(error, SIDES).cause).toBe(error);
  });
});

describe('whoever must act is told how', () => {
  const MEND = 'Fix what the message names, then restart the replicator.';

  it('by the hint of the error', () => {
    const error = new OperatorError('no', { hint: 'Say yes.', cause: new Error('why') });
    expect(withSomeHint(error)).toBe(error);
  });

  it('to mend it, if a server or the network said no', () => {
    const cause = new Error('why');
    const hinted = withSomeHint(new OperatorError('no', { cause }));
    expect(hinted).toMatchObject({ message: 'no', hint: MEND, cause });
  });

  it('to look for what changes the databases, if checking again did not help', () => {
    const hinted = withSomeHint(new LookAgainError('It lacks event 7.'));
    expect(hinted).not.toBeInstanceOf(LookAgainError);
    expect(hinted).toMatchObject({
      message: 'It lacks event 7.',
      hint: 'Checking again did not help. Find out what changes these databases, then restart the replicator.',
    });
  });

  it('by the message alone, if nothing else is known', () => {
    const error = new OperatorError('no');
    expect(withSomeHint(error)).toBe(error);
  });
});
