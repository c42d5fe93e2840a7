// @ts-nocheck
import { expect, test, vi } from 'vitest';
import { ConfigurationError } from '../../src/common/operator-error.js';
import { explainDatabaseError } from '../../src/pg/explain-error.js';
import { MissingPasswordError } from '../../src/pg/login.js';

const PARAMS = { host: 'db1', port: 5433, databaseName: 'events', user: 'me', password: 'hunter2' };
const CONTEXT = { doing: 'connect to', params: PARAMS };

function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

test('an error says what failed, where, as whom and why, and keeps its cause', () => {
  const cause = failure('database "events" does not exist', '3D000');
  const error = explainDatabaseError(cause, CONTEXT);
  expect(error.message).toBe(
    'Cannot connect to db1:5433/events as user "me": database "events" does not exist [3D000]',
  );
  expect(error.hint).toContain('slate-init-db');
  expect(error.cause).toBe(cause);
  expect(error.exitCode).toBe(1);
});

test.each([
  [failure('connect ECONNREFUSED', 'ECONNREFUSED'), /listens on that address/],
  [failure('timeout expired'), /raise connectTimeout/],
  [failure('password authentication failed', '28P01'), /exactly as it is written/],
  [new MissingPasswordError(), /passwordFile.*PGPASSWORD.*\.pgpass/],
  [failure('permission denied', '42501'), /GRANTs/],
  [failure('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), /ssl.rootCertificate/],
  [failure('The server does not support SSL connections'), /Turn TLS on/],
])('%s comes with what to do', (cause, hint) => {
  expect(explainDatabaseError(cause, CONTEXT).hint).toMatch(hint);
});

test.each([
  ['28P01', { password: 'p%40ss' }, 'in password, for example @ instead of %40'],
  ['28P01', { user: 'me%40corp', password: 'p%40ss' }, 'in password and user, '],
  ['28000', { user: 'me%40corp' }, 'in user, '],
  ['3D000', { databaseName: 'our%20events' }, 'in databaseName, '],
])('where the server answers %s to %j, the hint tells of URL escapes', (code, fields, hint) => {
  const error = explainDatabaseError(failure('no', code), {
    doing: 'connect to',
    params: { ...PARAMS, ...fields },
  });
  expect(error.hint).toContain(hint);
  expect(error.hint).not.toContain('p%40');
});

test.each([
  ['28P01', { password: 'a % b', user: '100%' }],
  ['28P01', { password: 'p%40ss', passwordFrom: '/run/secret' }],
  ['3D000', { password: 'p%40ss' }],
])('where the server answers %s to %j, no hint tells of URL escapes', (code, fields) => {
  const context = { doing: 'connect to', params: { ...PARAMS, ...fields } };
  expect(explainDatabaseError(failure('no', code), context).hint).not.toContain('URL');
});

test.each([new MissingPasswordError(), failure('role "root" does not exist', '28000')])(
  'where nobody named the role, the hint to "%s" says how to name one',
  (cause) => {
    vi.stubEnv('PGUSER', undefined);
    const { user: _, ...params } = PARAMS;
    expect(explainDatabaseError(cause, { ...CONTEXT, params }).hint).toMatch(/--user.*PGUSER/);
    expect(explainDatabaseError(cause, CONTEXT).hint).not.toContain('PGUSER');
    vi.stubEnv('PGUSER', 'somebody');
    expect(explainDatabaseError(cause, { ...CONTEXT, params }).hint).not.toContain('PGUSER');
    vi.unstubAllEnvs();
  },
);

test('an error that speaks for itself comes without a hint', () => {
  expect(explainDatabaseError(failure('division by zero', '22012'), CONTEXT).hint).toBeUndefined();
});

test('a host with two addresses that both refuse is explained by the first', () => {
  const cause = new AggregateError([failure('connect ECONNREFUSED ::1:5433'), failure('other')], '');
  expect(explainDatabaseError(cause, CONTEXT).message).toContain('connect ECONNREFUSED ::1:5433');
});

test('an error that is already meant for people stays as it is', () => {
  const error = new ConfigurationError('wrong');
  expect(explainDatabaseError(error, CONTEXT)).toBe(error);
});
