import { describe, expect, it, test } from 'vitest';
import { reactionTo } from '../../src/destination/reactions.js';
import { WriteError } from '../../src/destination/write-pool.js';
import { ConfigurationError, DivergenceError, OperatorError } from '../../src/lifecycle/operator-error.js';
import { explainDatabaseError } from '../../src/pg/explain-error.js';

function databaseError(code: string): Error {
  return Object.assign(new Error('the server said no'), { code });
}

const PARAMS = { host: 'db1', port: 5432, databaseName: 'replica' };

describe('what passes by itself is tried again', () => {
  test.each([
    ['a lost connection', '08006'],
    ['a server that restarts', '57P01'],
    ['a server that crashed', '57P02'],
    ['a server that is starting', '57P03'],
    ['a cancelled query', '57014'],
    ['a deadlock', '40P01'],
    ['a serialization failure', '40001'],
    ['a full disk', '53100'],
    ['too many connections', '53300'],
    ['a server that is read-only during a failover', '25006'],
    ['a lock that is not available', '55P03'],
    ['an I/O error', '58030'],
    ['an internal error', 'XX000'],
    ['a refused connection', 'ECONNREFUSED'],
    ['a reset connection', 'ECONNRESET'],
    ['a host name that is unknown for now', 'EAI_AGAIN'],
    ['a code that nobody knows', 'ZZ999'],
  ])('%s', (_, code) => {
    expect(reactionTo(databaseError(code))).toBe('retry');
  });

  it('an error without a code', () => {
    expect(reactionTo(new Error('Connection terminated unexpectedly'))).toBe('retry');
  });
});

describe('what a person must mend stops a destination', () => {
  test.each([
    ['a wrong password', '28P01'],
    ['a role that may not connect', '28000'],
    ['a database that does not exist', '3D000'],
    ['a table that does not exist', '42P01'],
    ['a column that does not exist', '42703'],
    ['a right that is missing', '42501'],
    ['a value that a column does not take', '22P02'],
    ['a check constraint', '23514'],
  ])('%s', (_, code) => {
    expect(reactionTo(databaseError(code))).toBe('stop');
  });

  test.each([
    ['divergence', new DivergenceError('event 7 differs')],
    ['a database configured twice', new ConfigurationError('the same database')],
    ['a table that is not right', new OperatorError('column "ts" is missing')],
  ])('%s', (_, error) => {
    expect(reactionTo(error)).toBe('stop');
  });
});

describe('what says that the destination is not where we thought makes us look again', () => {
  test.each([
    ['a unique violation: a second writer, or a commit whose reply was lost', '23505'],
    ['a predecessor that is not there', '22012'],
  ])('%s', (_, code) => {
    expect(reactionTo(databaseError(code))).toBe('recheck');
  });
});

it('an error keeps its reaction when it is explained, and when it comes from a worker', () => {
  for (const code of ['57P01', '28P01', '23505']) {
    const expected = reactionTo(databaseError(code));
    const explained = explainDatabaseError(databaseError(code), { doing: 'connect', params: PARAMS });
    expect(reactionTo(explained)).toBe(expected);
    const fromWorker = new WriteError({ ok: false, kind: 'destination', code, message: 'no' });
    expect(reactionTo(fromWorker)).toBe(expected);
  }
});
