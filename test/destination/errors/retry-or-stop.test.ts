import { describe, expect, it, test } from 'vitest';
import { ConfigurationError, DivergenceError, OperatorError } from '../../../src/common/operator-error.js';
import { reactionTo } from '../../../src/destination/errors/retry-or-stop.js';
import { ConnectionLostError } from '../../../src/pg/error-code.js';
import { explainDatabaseError } from '../../../src/pg/explain-error.js';
import { WriteError } from '../../../src/threads/write-pool.js';

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
    ['a refused connection', 'ECONNREFUSED'],
    ['a reset connection', 'ECONNRESET'],
    ['a host name that is unknown for now', 'EAI_AGAIN'],
    ['a host name that is not known', 'ENOTFOUND'],
    ['a path that was left because a session was lost', 'ABORT_ERR'],
    ['the same, seen by the path first', 'ERR_STREAM_PREMATURE_CLOSE'],
  ])('%s', (_, code) => {
    expect(reactionTo(databaseError(code))).toBe('retry');
  });

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated',
    'timeout expired',
    'Client has encountered a connection error and is not queryable',
    'The operation was aborted due to timeout',
  ])('a lost connection that comes without a code: %s', (message) => {
    expect(reactionTo(new Error(message))).toBe('retry');
  });

  it('a connection that was given up here', () => {
    expect(reactionTo(new ConnectionLostError('the path is dead'))).toBe('retry');
  });
});

describe('what may pass is tried again a few times', () => {
  test.each([
    ['an internal error', 'XX000'],
    ['a code that nobody knows', 'ZZ999'],
    ['a limit that the server was configured with', '53400'],
    ['a certificate that is not trusted', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['a certificate of another host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an end that speaks no TLS', 'EPROTO'],
    ['a file that the server misses', '58P01'],
    ['a file that the server has already', '58P02'],
    ['a code that only begins like an errno', 'EPIPE: broken'],
  ])('%s', (_, code) => {
    expect(reactionTo(databaseError(code))).toBe('retry a few times');
  });

  it('an error without a code', () => {
    expect(reactionTo(new Error('something'))).toBe('retry a few times');
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
    ['a feature that the table does not allow', '0A000'],
    ['something that depends on it', '2BP01'],
    ['a function that may not write', '2F002'],
    ['a schema that does not exist', '3F000'],
    ['a view with a check option', '44000'],
    ['a value too long for an index', '54000'],
    ['a trigger that raises', 'P0001'],
    ['a deferred constraint', '40002'],
    ['a setting that cannot be changed', '55P02'],
    ['a database that was dropped', '57P04'],
    ['damaged data', 'XX001'],
    ['a damaged index', 'XX002'],
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

  test.each([
    [
      'the id, whatever the index is called and the language',
      'Schlüssel »(id)=(7)« existiert bereits.',
      'recheck',
    ],
    ['something else', "Key ((event ->> 'tag'::text))=(same) already exists.", 'stop'],
    ['something else that ends in id', "Key ((event ->> 'id'::text))=(7) already exists.", 'stop'],
  ])('but a unique violation of %s is told by its columns', (_, detail, reaction) => {
    expect(reactionTo(Object.assign(databaseError('23505'), { detail }))).toBe(reaction);
  });
});

it('a server without room for notifications is tried again, although its code is that of a value too long', () => {
  const routine = 'PreCommit_Notify';
  expect(reactionTo(Object.assign(databaseError('54000'), { routine }))).toBe('retry');
  expect(reactionTo(Object.assign(databaseError('54000'), { routine: 'other' }))).toBe('stop');
});

it('a bug stops', () => {
  expect(
    reactionTo(
      explainDatabaseError(new TypeError('x is not a function'), { doing: 'connect to', params: PARAMS }),
    ),
  ).toBe('stop');
});

it('an error keeps its reaction when it is explained, and when it comes from a worker', () => {
  for (const code of ['57P01', '28P01', '23505']) {
    const expected = reactionTo(databaseError(code));
    const explained = explainDatabaseError(databaseError(code), { doing: 'connect to', params: PARAMS });
    expect(reactionTo(explained)).toBe(expected);
    const fromWorker = new WriteError({ ok: false, kind: 'destination', code, message: 'no' });
    expect(reactionTo(fromWorker)).toBe(expected);
  }
});
